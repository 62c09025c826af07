"""The command line: arguments in, text or JSON out; all work is the desk's."""

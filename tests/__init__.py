"""The tests. They see workbooks written as the product writes them: without lxml, which only
the test oracles bring along and which openpyxl would use to spell empty elements differently."""

import os

os.environ["OPENPYXL_LXML"] = "False"

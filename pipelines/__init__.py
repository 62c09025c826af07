"""同频 pipelines: files in, a checked mart out; no user interface and no validation engine here."""

"""The received file back to its analyst as a workbook: bad cells coloured, commented and listed."""

SUMMARY_SHEET = "检查结果（同频）"  # the intake passes over a sheet of this name

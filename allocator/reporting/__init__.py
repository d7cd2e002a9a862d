"""What people hold in their hands: the report and the workbook, from a result folder alone."""

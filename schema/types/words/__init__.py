"""What results say, area by area: a module for each package of analyses."""

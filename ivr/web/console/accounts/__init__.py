"""Coming in and going out of the console, and the accounts of those who may."""

"""What Tango says by itself, and how it says and understands values, in the client's language.

Each language is one file in `languages/`; adding a language is adding such a file. The names of
months and days and the forms of dates, times, numbers and money come from the Unicode locale data
(CLDR, through `babel`).
"""

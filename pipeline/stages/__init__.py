"""What happens to one page, as pure functions: decode, parse, extract, trim, judge, fingerprint."""

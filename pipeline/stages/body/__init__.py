"""Which blocks of a page are its article: every line of the page with its place, what can be counted about it, and a model that weighs it."""

"""copydesk's library: raw pages in, clean articles out. Knows nothing of Prefect."""

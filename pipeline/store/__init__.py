"""Where rows rest: the Arrow schemas, the ledger, and the commit that publishes a version."""

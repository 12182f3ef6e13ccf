"""Where Prefect and the command line are: the flow, its server, the `copydesk` command."""

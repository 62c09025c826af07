"""What stands around the pages: request checks, headers, the ready route, services, errors."""

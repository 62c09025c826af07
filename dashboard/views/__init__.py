"""One module per page: PAGE says where it stands, render() shows it. To add a page, add a file."""

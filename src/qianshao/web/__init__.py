"""The shell of the pages: settings, addresses, sign-in, navigation. It owns no table."""

"""The application for a WSGI server: `waitress-serve wsgi:app`. `exchange serve` is the usual way."""

from exchange import create_app

app = create_app()

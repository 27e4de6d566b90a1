"""What a person sees of the sign-in."""

from html import escape

from werkzeug.wrappers import Response

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
  :root {{ color-scheme: light dark; }}
  body {{ font: 1rem/1.5 system-ui, sans-serif; background: Canvas; margin: 0;
    min-height: 100vh; display: grid; place-items: center; }}
  main {{ width: min(24rem, 100vw - 4rem); padding: 2rem; border-radius: 0.5rem;
    border: 1px solid color-mix(in srgb, CanvasText 20%, transparent); }}
  h1 {{ font-size: 1.4rem; margin: 0 0 1rem; }}
  .note {{ font-size: 0.85rem; opacity: 0.75; }}
  .buttons {{ display: flex; gap: 0.75rem; margin-top: 1.5rem; }}
  button, input {{ font: inherit; padding: 0.55rem 1.2rem; border-radius: 0.25rem;
    border: 1px solid color-mix(in srgb, CanvasText 40%, transparent); }}
  button {{ cursor: pointer; background: transparent; color: inherit; }}
  button.main {{ background: #0b6a5f; border-color: #0b6a5f; color: #fff; }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
{content}
<p class="note">This is a stand-in for Microsoft's sign-in, on this machine. Nobody's
real account is asked for.</p>
</main>
</body>
</html>
"""
BUTTONS = """<p class="buttons">
<button class="main" name="consent" value="accept">Accept</button>
<button name="consent" value="cancel">Cancel</button>
</p>"""


def consent(account: str, scope: str) -> Response:
    items = "".join(f"<li>{escape(name)}</li>" for name in scope.split())
    return _page(
        "Let the gallery use this OneDrive?",
        f"<p>Signed in as <strong>{escape(account)}</strong>. The gallery asks for:</p>"
        f'<ul>{items}</ul><form method="post">{BUTTONS}</form>',
    )


def device(user_code: str) -> Response:
    return _page(
        "Enter the code",
        '<form method="post"><label>Code shown on the other device<br>'
        f'<input name="user_code" value="{escape(user_code)}" required></label>'
        f"{BUTTONS}</form>",
    )


def told(text: str) -> Response:
    return _page("Signed in", f"<p>{escape(text)}</p>")


def refused(text: str) -> Response:
    return _page("This sign-in can't go on", f"<p>{escape(text)}</p>", status=400)


def _page(title: str, content: str, status: int = 200) -> Response:
    html = PAGE.format(title=escape(title), content=content)
    return Response(html, status, content_type="text/html; charset=utf-8")

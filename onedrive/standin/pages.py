"""What a person sees of the sign-in."""

from html import escape

from werkzeug.wrappers import Response

from .account import Account

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
<style>
  :root {{ color-scheme: light dark; --line: light-dark(#d8dcda, #3d4442);
    --ground: light-dark(#f3f5f4, #151918); --sheet: light-dark(#fff, #1e2422); }}
  * {{ box-sizing: border-box; }}
  body {{ font: 1rem/1.5 system-ui, sans-serif; background: var(--ground); margin: 0;
    min-height: 100vh; display: grid; place-items: center; padding: 1rem; }}
  main {{ width: min(27rem, 100%); background: var(--sheet); border-radius: 0.75rem;
    border: 1px solid var(--line); overflow: hidden; }}
  .note {{ margin: 0; padding: 0.6rem 1.75rem; background: #8a5a00; color: #fff;
    font-size: 0.85rem; }}
  .content {{ padding: 1.5rem 1.75rem 1.75rem; }}
  h1 {{ font-size: 1.35rem; line-height: 1.25; margin: 0 0 1rem; }}
  .account {{ border: 1px solid var(--line); border-radius: 2rem; margin: 0 0 1rem;
    padding: 0.35rem 1rem; display: inline-block; }}
  ul {{ padding-left: 1.2rem; margin: 0.5rem 0 0; }}
  .buttons {{ display: flex; gap: 0.75rem; flex-direction: row-reverse;
    margin: 1.5rem 0 0; }}
  button, input {{ font: inherit; padding: 0.55rem 1.3rem; border-radius: 0.4rem;
    border: 1px solid var(--line); background: transparent; color: inherit; }}
  input {{ width: 100%; letter-spacing: 0.1em; }}
  button {{ cursor: pointer; }}
  button.main {{ background: #0b6a5f; border-color: #0b6a5f; color: #fff; }}
  :focus-visible {{ outline: 3px solid #2f9e8f; outline-offset: 2px; }}
</style>
</head>
<body>
<main>
<p class="note">A stand-in for Microsoft's sign-in, on this machine.
Nobody's real account is asked for.</p>
<div class="content">
<h1>{title}</h1>
{content}
</div>
</main>
</body>
</html>
"""
BUTTONS = """<p class="buttons">
<button class="main" name="consent" value="accept">Accept</button>
<button name="consent" value="cancel">Cancel</button>
</p>"""
MEANINGS = {
    "Files.Read": "Read your files",
    "Files.ReadWrite": "Have full access to your files",
    "User.Read": "Sign you in and read your profile",
    "offline_access": "Keep the access that you have given",
}
UNSAID = ("openid", "profile", "email")


def welcome() -> Response:
    return _page(
        "A OneDrive on this machine",
        "<p>Programs find Microsoft's sign-in and Graph here, as far as a gallery "
        "needs them. There is nothing more to see.</p>",
    )


def consent(account: Account, scope: list[str]) -> Response:
    names = [MEANINGS.get(name, name) for name in scope if name not in UNSAID]
    items = "".join(f"<li>{escape(name)}</li>" for name in names)
    return _page(
        "Let this app access your OneDrive?",
        f'<p class="account">{escape(account.name)} · {escape(account.email)}</p>'
        f"<p>The app would like to:</p><ul>{items}</ul>"
        f'<form method="post">{BUTTONS}</form>',
    )


def device(user_code: str) -> Response:
    return _page(
        "Enter the code",
        '<form method="post"><label>It is shown on the other device.<br>'
        f'<input name="user_code" value="{escape(user_code)}" required autofocus'
        f' autocomplete="off"></label>{BUTTONS}</form>',
    )


def told(text: str) -> Response:
    return _page("Thank you", f"<p>{escape(text)}</p>")


def refused(text: str) -> Response:
    return _page("This sign-in can't go on", f"<p>{escape(text)}</p>", status=400)


def _page(title: str, content: str, status: int = 200) -> Response:
    html = PAGE.format(title=escape(title), content=content)
    answer = Response(html, status, content_type="text/html; charset=utf-8")
    answer.headers["Cache-Control"] = "no-store"
    return answer

// How pages of the staff site call the site, and tell what came of it.

const SIGNED_OUT =
  "You are signed out. Sign in again in another tab, then try once more.";
const NO_ANSWER = "The site does not answer. Try again in a moment.";

export class Refusal extends Error {
  // `retry`: trying the same again can help.
  constructor(reason, retry = true) {
    super(reason);
    this.retry = retry;
  }
}

// From the cookie: signing in again in another tab gives a new one.
export function token() {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]*)/)?.[1] ?? "";
}

// POSTs fields, and answers what came. Throws a Refusal, with a reason for people.
export async function call(address, fields) {
  let answer;
  try {
    answer = await fetch(address, {
      method: "POST",
      body: new URLSearchParams(fields),
      headers: { "X-CSRFToken": token() },
      redirect: "manual",
      keepalive: true,
    });
  } catch {
    throw new Refusal(NO_ANSWER);
  }
  return read(answer.status, await answer.text());
}

// What an answer says. `status` is 0 for none, and for a redirect to the sign-in.
export function read(status, text) {
  let content = null;
  try {
    content = JSON.parse(text);
  } catch {
    // A page, not an answer.
  }
  if (status === 200 && content) {
    return content;
  }
  if (content?.detail) {
    throw new Refusal(content.detail, status === 409 || status >= 500);
  }
  throw new Refusal(status < 500 ? SIGNED_OUT : NO_ANSWER);
}

// Said in the page's line for it, and so to those who do not see it.
export function tell(text, bad = false) {
  const line = document.getElementById("told");
  line.textContent = text;
  line.classList.toggle("bad", bad);
}

// One file on its way to OneDrive: in pieces, each acknowledged, and after a cut from
// where OneDrive says. Follows Microsoft's page "driveItem: createUploadSession".
// The session's address is a secret of this page: it is shown and kept nowhere.

const PIECE = 16 * 327680; // pieces have to be multiples of 320 KiB
const SESSIONS = 3; // one may be lost, and is begun anew
const WAITS = [1, 2, 4, 8, 15, 30, 60]; // seconds
// After so many cuts and no answer ever, the browser may not be let to OneDrive.
const PATIENCE = 2;

export class Refusal extends Error {} // its message is for people
class Lost extends Error {} // the session is over
class Unreachable extends Refusal {}

export class Sending {
  // `begin(again)` answers {url} or {stored}, `relay(send)` takes the whole file by
  // way of our server, `tell(bytes)` is told how far it is.
  constructor(file, { begin, relay, tell }) {
    Object.assign(this, { file, begin, relay, tell });
    this.url = "";
    this.canceled = false;
    this.answered = false;
  }

  // Answers what it is called in OneDrive, where that is told.
  async run() {
    if (this.file.size === 0) {
      return this.relayed(); // there are no sessions for nothing
    }
    for (let session = 0; session < SESSIONS; session += 1) {
      const begun = await this.begin(session > 0);
      if (begun.stored) {
        return undefined;
      }
      this.url = begun.url;
      try {
        return await this.sendAll();
      } catch (error) {
        if (error instanceof Unreachable && !this.answered) {
          return this.relayed();
        }
        if (!(error instanceof Lost)) {
          this.end();
          throw error;
        }
      }
    }
    throw new Refusal("OneDrive lost it again and again.");
  }

  relayed() {
    return this.relay((address, body) => this.ask("POST", address, body));
  }

  cancel() {
    this.canceled = true;
    this.request?.abort();
  }

  // Else some drives take no other file of this name for a while.
  end() {
    fetch(this.url, { method: "DELETE" }).catch(() => {});
  }

  async sendAll() {
    let position = 0;
    let failures = 0;
    for (;;) {
      const answer = await this.put(position);
      if (answer.status === 200 || answer.status === 201) {
        return answer.content.name;
      }
      if (answer.status === 202) {
        position = next(answer, position);
        failures = 0;
      } else {
        check(answer.status);
        failures += 1;
        await this.rest(failures);
        position = await this.where(position);
      }
    }
  }

  put(position) {
    const end = Math.min(position + PIECE, this.file.size);
    const headers = {
      "Content-Range": `bytes ${position}-${end - 1}/${this.file.size}`,
      "Content-Type": "application/octet-stream",
    };
    const piece = this.file.slice(position, end);
    return this.ask("PUT", this.url, piece, headers, position);
  }

  async where(position) {
    const answer = await this.ask("GET", this.url);
    if (answer.status === 200) {
      return next(answer, position);
    }
    check(answer.status);
    return position;
  }

  async rest(failures) {
    if (this.canceled) {
      throw new Refusal("Canceled.");
    }
    const patience = this.answered ? WAITS.length : PATIENCE;
    if (failures > patience) {
      throw new Unreachable("OneDrive can't be reached.");
    }
    await new Promise((wake) => setTimeout(wake, WAITS[failures - 1] * 1000));
  }

  // Its status is 0 when no answer came.
  ask(method, address, body = null, headers = {}, position = 0) {
    if (this.canceled) {
      throw new Refusal("Canceled.");
    }
    const request = new XMLHttpRequest();
    this.request = request;
    request.open(method, address);
    for (const [name, value] of Object.entries(headers)) {
      request.setRequestHeader(name, value);
    }
    if (body) {
      request.upload.onprogress = (event) => this.tell(position + event.loaded);
    }
    return new Promise((resolve) => {
      request.onloadend = () => {
        this.answered ||= request.status > 0;
        resolve({ status: request.status, content: parsed(request.responseText) });
      };
      request.send(body);
    });
  }
}

function next(answer, otherwise) {
  const start = Number.parseInt(answer.content.nextExpectedRanges?.[0], 10);
  return Number.isNaN(start) ? otherwise : start;
}

// Throws for what does not pass by itself.
function check(status) {
  if ([401, 403, 404, 410].includes(status)) {
    throw new Lost();
  }
  if (status === 507) {
    throw new Refusal("The OneDrive is full.");
  }
  // 416: OneDrive has other bytes than we thought, and is asked which.
  if (status >= 400 && status < 500 && ![408, 416, 423, 429].includes(status)) {
    throw new Refusal(`OneDrive refused it (${status}).`);
  }
}

export function parsed(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

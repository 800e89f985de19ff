// Runs in a frame with sandbox="allow-scripts": its origin is opaque, and its requests carry `Origin: null`.
const target = new URLSearchParams(location.search).get("url") ?? "";

async function read() {
  try {
    const response = await fetch(target);
    return { outcome: "read", saw: { status: response.status, body: await response.text() } };
  } catch (error) {
    return { outcome: "withheld", saw: { error: String(error) } };
  }
}

// The parent's origin cannot be named from here, and the answer holds nothing private.
void read().then((result) => parent.postMessage(result, "*"));

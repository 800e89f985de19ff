import { openChange } from "./change.js";
import { find } from "./element.js";
import { openLive } from "./live.js";
import { openPolicy } from "./policy.js";
import { poll } from "./polling.js";
import { openRefusals } from "./refusals.js";
import { openRooms } from "./rooms.js";
import { Failure, get } from "./server.js";
import { showSilence, showState } from "./state-bar.js";
import { openWhy } from "./why.js";

const live = openLive();
const policy = openPolicy();
const why = openWhy();
openChange();
const refusals = openRefusals((refusal) => {
  location.hash = "#why";
  why.fill(refusal);
});

async function ask() {
  try {
    /** @type {import("./server.js").DecisionsAnswer} */
    const decisions = await get("decisions");
    showState(decisions.policy);
    live.update(decisions);
    if (!find("refusals").hidden) refusals.update(await get("refusals"));
    if (!find("policy").hidden) await policy.update(decisions.policy.attempt);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    showSilence(error.message);
  }
}

let askNow = () => {};
openRooms((room, rest) => {
  if (room === "live") live.enter();
  if (room === "policy") policy.enter(rest);
  askNow();
});
askNow = poll(ask);
document.body.dataset.ready = "";

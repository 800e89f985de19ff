import { parentPort } from "node:worker_threads";
import { replies, type Task } from "./judge.ts";

// The thread that judges changed policy files: see worker-judge.ts. What is thrown here ends it and is told there.

parentPort?.on("message", (task: Task) => {
  for (const reply of replies(task)) parentPort?.postMessage(reply);
});

// Loaded first into each process that `npm start` starts: when `npm start` is gone, however it went, the process ends too.
const PATIENCE_MS = 5_000; // ms

process.once("disconnect", () => {
  setTimeout(() => process.kill(process.pid, "SIGKILL"), PATIENCE_MS).unref();
  process.kill(process.pid, "SIGTERM");
});
// The leash itself keeps no process running.
process.channel?.unref();

import type { HostSettings } from "../settings.ts";

/** Where this host is reached, and with which key. */
export interface Address {
  readonly port: number;
  readonly systemKey: string;
}

/** Path of the client API for everybody who has the system key. */
export const WEBHOOK_PATH = "/runtime/webhooks/durabletask";
/** Path of the same API for the durable client inside the app; needs no key, and is not served to the network in production. */
export const RPC_PATH = "/durabletask";

const PLACEHOLDER = "INSTANCEID";
const OPERATIONS: Readonly<Record<string, string>> = {
  sendEventPostUri: "/raiseEvent/{eventName}?",
  terminatePostUri: "/terminate?reason={text}&",
  rewindPostUri: "/rewind?reason={text}&",
  restartPostUri: "/restart?",
  suspendPostUri: "/suspend?reason={text}&",
  resumePostUri: "/resume?reason={text}&",
};

/** Lists the URLs with which one instance is managed. They carry the system key: treat them as secrets. */
export function toManagementUrls(address: Address, settings: HostSettings, id: string): Record<string, string> {
  const base = `http://localhost:${address.port}${WEBHOOK_PATH}/instances/${id}`;
  const query = `taskHub=${settings.taskHub}&connection=Storage&code=${address.systemKey}`;
  const urls: Record<string, string> = { id, statusQueryGetUri: `${base}?${query}`, purgeHistoryDeleteUri: `${base}?${query}` };
  for (const [name, path] of Object.entries(OPERATIONS)) urls[name] = `${base}${path}${query}`;
  return urls;
}

/** Formats the text of the durable client binding. */
export function formatClientBinding(address: Address, settings: HostSettings): string {
  const webhook = `http://localhost:${address.port}${WEBHOOK_PATH}`;
  const code = `code=${address.systemKey}`;
  const create = `${webhook}/orchestrators/{functionName}[/{instanceId}]`;
  return JSON.stringify({
    taskHubName: settings.taskHub,
    connectionName: null,
    creationUrls: {
      createNewInstancePostUri: `${create}?${code}`,
      createAndWaitOnNewInstancePostUri: `${create}?timeout={timeoutInSeconds}&pollingInterval={intervalInSeconds}&${code}`,
    },
    managementUrls: toManagementUrls(address, settings, PLACEHOLDER),
    baseUrl: webhook,
    requiredQueryStringParameters: code,
    rpcBaseUrl: `http://127.0.0.1:${address.port}${RPC_PATH}/`,
    httpBaseUrl: null,
    maxGrpcMessageSizeInBytes: null,
    grpcHttpClientTimeout: null,
  });
}

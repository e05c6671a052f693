// Routes of users.
import { readUuid, sliceItems } from "./body.ts";
import { capabilityError, notFoundError } from "./errors.ts";
import { createShowUser, type Call, type Services } from "./services.ts";

const refuseWithoutCapability = ({ profile }: Services, { actor }: Call): void => {
  if (actor.type === "bot" && profile.users === "none") throw capabilityError();
};

/** `GET /v1/users/me`: the bot of the connection, or the person whose token it is. */
export function retrieveSelf(_services: Services, call: Call): object {
  return call.actor;
}

/** `GET /v1/users/{id}` */
export function retrieveUser(services: Services, call: Call): object {
  refuseWithoutCapability(services, call);
  const userId = readUuid(call.ids[0], "path.user_id");
  if (!services.store.users.has(userId)) throw notFoundError("user", userId);
  return createShowUser(services, call)(userId);
}

/** `GET /v1/users` */
export function listUsers(services: Services, call: Call): object {
  refuseWithoutCapability(services, call);
  const users = [...services.store.users.keys()].map(createShowUser(services, call));
  return { object: "list", ...sliceItems(users, call.query), type: "user", user: {} };
}

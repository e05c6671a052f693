import type { RowCondition, RowQuery } from "./row.ts";

/** Writes the OData filter of a query. */
export function toFilter(query: RowQuery): string {
  return [
    `PartitionKey eq ${toLiteral(query.partitionKey)}`,
    ...(query.from === undefined ? [] : [`RowKey ge ${toLiteral(query.from)}`]),
    ...(query.to === undefined ? [] : [`RowKey lt ${toLiteral(query.to)}`]),
    ...(query.where ?? []).map((condition) => `${condition.property} ${condition.op} ${toLiteral(condition.value)}`),
  ].join(" and ");
}

function toLiteral(value: RowCondition["value"]): string {
  if (typeof value === "string") return `'${value.replaceAll("'", "''")}'`;
  if (typeof value === "number" && Number.isInteger(value) && Math.abs(value) >= 2 ** 31) return `${value}.0`;
  return String(value);
}

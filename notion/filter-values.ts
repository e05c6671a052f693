/** Judges a text; Notion compares texts without regard to case. `undefined`, here and below: the operator is not known. */
export function judgeText(operator: string, operand: unknown, text: string): boolean | undefined {
  if (operator === "is_empty") return text === "";
  if (operator === "is_not_empty") return text !== "";
  if (typeof operand !== "string") return undefined;
  const [found, wanted] = [text.toLowerCase(), operand.toLowerCase()];
  switch (operator) {
    case "equals":
      return found === wanted;
    case "does_not_equal":
      return found !== wanted;
    case "contains":
      return found.includes(wanted);
    case "does_not_contain":
      return !found.includes(wanted);
    case "starts_with":
      return found.startsWith(wanted);
    case "ends_with":
      return found.endsWith(wanted);
    default:
      return undefined;
  }
}

/** Judges a number. */
export function judgeNumber(operator: string, operand: unknown, number: number | null): boolean | undefined {
  if (operator === "is_empty") return number === null;
  if (operator === "is_not_empty") return number !== null;
  if (typeof operand !== "number") return undefined;
  switch (operator) {
    case "equals":
      return number === operand;
    case "does_not_equal":
      return number !== operand;
    case "greater_than":
      return number !== null && number > operand;
    case "less_than":
      return number !== null && number < operand;
    case "greater_than_or_equal_to":
      return number !== null && number >= operand;
    case "less_than_or_equal_to":
      return number !== null && number <= operand;
    default:
      return undefined;
  }
}

/** Judges a checkbox. */
export function judgeCheckbox(operator: string, operand: unknown, checked: boolean): boolean | undefined {
  if (operator === "equals") return checked === operand;
  return operator === "does_not_equal" ? checked !== operand : undefined;
}

/** Judges options, people, pages or files, by name or id. */
export function judgeMembers(operator: string, operand: unknown, members: readonly string[]): boolean | undefined {
  const wanted: readonly unknown[] = Array.isArray(operand) ? operand : [operand];
  const holds = (): boolean => wanted.some((one) => members.some((member) => member === one || isSameId(member, String(one))));
  switch (operator) {
    case "is_empty":
      return members.length === 0;
    case "is_not_empty":
      return members.length > 0;
    case "equals":
    case "contains":
      return holds();
    case "does_not_equal":
    case "does_not_contain":
      return !holds();
    default:
      return undefined;
  }
}

/** Tells whether an id is meant: with or without dashes, or encoded for URLs. */
export function isSameId(id: string, wanted: string): boolean {
  const plain = (text: string): string => text.replaceAll("-", "").toLowerCase();
  if (/^[0-9a-f-]{32,36}$/i.test(wanted)) return plain(id) === plain(wanted);
  try {
    return id === wanted || decodeURIComponent(id) === wanted;
  } catch {
    return false;
  }
}

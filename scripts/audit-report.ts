// What `npm audit --json` says, as far as a person has to act on it. The form is that of its `auditReportVersion` 2.

/** How bad an advisory calls a weakness, from the least to the worst. */
export const SEVERITIES = ["info", "low", "moderate", "high", "critical"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** One known weakness of one package. */
export interface Weakness {
  readonly name: string;
  readonly severity: Severity;
  /** Address of the advisory. */
  readonly url: string;
  /** The versions that have it, as a range of npm. */
  readonly range: string;
}

type Fields = Readonly<Record<string, unknown>>;

const toFields = (value: unknown): Fields => (typeof value === "object" && value !== null ? { ...value } : {});
const toText = (value: unknown): string => (typeof value === "string" ? value : "");

function parseJson(text: string): Fields {
  try {
    return toFields(JSON.parse(text));
  } catch {
    return {};
  }
}

/** The weaknesses that npm found, the worst first; or, in npm's words, why it could not ask for them. */
export function parseAuditReport(text: string): { readonly weaknesses: readonly Weakness[] } | { readonly refusal: string } {
  const report = parseJson(text);
  if (report["auditReportVersion"] !== 2 || typeof report["vulnerabilities"] !== "object") {
    const words = toText(report["message"]) || toText(toFields(report["error"])["summary"]);
    return { refusal: words.split("\n")[0]?.trim() ?? "" };
  }
  const found = new Map<string, Weakness>();
  for (const vulnerable of Object.values(toFields(report["vulnerabilities"]))) {
    const { via } = toFields(vulnerable);
    // A package that only depends on a weak one names it here by a text; the weak one has its own entry.
    for (const advisory of Array.isArray(via) ? via.filter((each) => typeof each === "object") : []) {
      const weakness = toWeakness(toFields(advisory));
      found.set(`${weakness.name} ${weakness.url} ${weakness.range}`, weakness);
    }
  }
  return { weaknesses: [...found.values()].toSorted(bySeverity) };
}

function toWeakness({ name, severity, url, range }: Fields): Weakness {
  const known = SEVERITIES.find((each) => each === severity);
  // What nobody graded is looked at as if it were bad.
  return { name: toText(name), severity: known ?? "critical", url: toText(url), range: toText(range) };
}

const bySeverity = (left: Weakness, right: Weakness): number =>
  SEVERITIES.indexOf(right.severity) - SEVERITIES.indexOf(left.severity) ||
  left.name.localeCompare(right.name) ||
  left.url.localeCompare(right.url);

/** Whether a weakness is as bad as `least`, or worse. */
export const isAtLeast = ({ severity }: Weakness, least: Severity): boolean =>
  SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(least);

/** The versions in which a range of weak ones ends, as `4.17.21` or `over 2.0.3`; several where several lines were mended. */
export function toFixed(range: string): string {
  const ends = range.split("||").map((part) => /<(=?)\s*v?([\w.+-]+)/.exec(part));
  const fixed = ends.flatMap((end) => (end ? [`${end[1] === "=" ? "over " : ""}${end[2] ?? ""}`] : []));
  return fixed.length > 0 ? fixed.join(", ") : "none yet";
}

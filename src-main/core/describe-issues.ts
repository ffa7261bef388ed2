import { z } from 'zod'

const mostIssues = 5
const longestMessage = 1000

/** What is wrong with a value, for a person: the first few faults, since a file can have millions. */
export function describeIssues({ issues }: z.ZodError): string {
  const told = z.prettifyError(new z.ZodError(issues.slice(0, mostIssues)))
  const text = told.length > longestMessage ? `${told.slice(0, longestMessage)}…` : told
  return issues.length > mostIssues ? `${text}\n… (${issues.length} in all)` : text
}

/** Priorities: what people call p1, the highest, is 4 in Todoist's API. */

/** The priority that people mean, of one in the API; and the other way round. */
export function peoplesPriority(ofApi: number): number {
  return 5 - Math.min(Math.max(Math.trunc(ofApi), 1), 4)
}

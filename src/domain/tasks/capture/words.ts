/** Verbs and function words by which capture tells a title from the tokens beside it. */
const wordSet = (words: string): ReadonlySet<string> => new Set(words.trim().split(/\s+/))

/** Verbs that start a task, limited to words that seldom name a thing or a person after a comma. */
export const ACTION_VERBS = wordSet(`
  add apply arrange ask assemble attend backup bake book bring build buy call cancel change check choose clean
  close collect compare complete confirm contact cook create debug decide decorate define delegate delete deliver
  deploy describe design develop discuss do donate download draft edit email e-mail empty exercise explore fill
  find finish fix follow forward gather get give go hang help hire implement improve install investigate invite
  invoice learn listen look make measure meet merge message migrate move notify open order organise organize pack
  paint pay phone pick ping plan post practise practice prepare print process publish purchase put read
  rebook record refactor register remind remove renew rent repair repeat replace reply report request
  research reschedule reserve resolve respond return review revise rewrite run schedule sell send set ship shop
  sign solve sort start stop study submit summarise summarize take talk tell test text thank throw
  tidy transfer translate try unsubscribe update upgrade upload verify visit walk wash watch write
`)

/** Words that may not end a title: removing the token after one would leave the sentence hanging. */
export const DANGLING = wordSet(`
  to from by of with at and or but the a an than as is are was were be been between until till since about
  per every each within into via vs my our your their its & + for through thru then w/
`)

/** Verbs whose object may be a date: "Plan tomorrow" is about tomorrow. */
export const PLANNING_VERBS = wordSet(
  'plan prepare review recap organise organize schedule outline summarise summarize',
)

/** The templates that everybody has, by name. */
import { hiring } from './hiring.ts'
import { newsletterIssue } from './newsletter-issue.ts'
import { productLaunch } from './product-launch.ts'
import { researchSpike } from './research-spike.ts'
import { Template } from './template.ts'
import { trip } from './trip.ts'
import { weeklyReview } from './weekly-review.ts'

export const SHIPPED_TEMPLATES: ReadonlyMap<string, Template> = new Map(
  Object.entries({
    'product-launch': productLaunch,
    'newsletter-issue': newsletterIssue,
    'research-spike': researchSpike,
    hiring,
    'weekly-review': weeklyReview,
    trip,
  }).map(([id, template]) => [id, Template.parse(template)]),
)

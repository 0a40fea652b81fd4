-- What a run and all below it have reserved and spent was kept of root runs only: of the others it is summed up here.
with recursive branch as (
	select "id" as "top_id", "id" as "run_id" from "runs" where "depth" > 0
	union all
	select branch."top_id", child."id" from branch join "runs" child on child."parent_id" = branch."run_id"
), reserved as (
	select "run_id", sum("reserved_usd_micros") as "usd_micros", sum("reserved_tokens") as "tokens"
	from "run_steps" where "kind" = 'model' and "state" = 'started' group by "run_id"
), total as (
	select branch."top_id",
		sum("runs"."spent_usd_micros") as "spent_usd_micros", sum("runs"."spent_tokens") as "spent_tokens",
		sum(coalesce(reserved."usd_micros", 0)) as "reserved_usd_micros", sum(coalesce(reserved."tokens", 0)) as "reserved_tokens",
		bool_and("runs"."cost_known") as "cost_known"
	from branch join "runs" on "runs"."id" = branch."run_id" left join reserved on reserved."run_id" = branch."run_id"
	group by branch."top_id"
)
update "runs" set
	"tree_spent_usd_micros" = total."spent_usd_micros", "tree_spent_tokens" = total."spent_tokens",
	"tree_reserved_usd_micros" = total."reserved_usd_micros", "tree_reserved_tokens" = total."reserved_tokens",
	"cost_known" = total."cost_known"
from total where total."top_id" = "runs"."id";

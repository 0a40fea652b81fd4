-- Labels in the form in which they are compared: an index takes no subquery, and normalize() takes no list.
CREATE FUNCTION "comparable"(texts text[]) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT coalesce(array_agg(normalize(one, NFC) ORDER BY place), '{}') FROM unnest(texts) WITH ORDINALITY AS t(one, place)
$$;--> statement-breakpoint
DROP INDEX "tasks_labels";--> statement-breakpoint
DROP INDEX "tasks_text";--> statement-breakpoint
CREATE INDEX "tasks_labels_comparable" ON "tasks" USING gin (comparable(labels));--> statement-breakpoint
CREATE INDEX "tasks_text_comparable" ON "tasks" USING gin (normalize(title || ' ' || coalesce(notes, ''), NFC) gin_trgm_ops);
-- Text search within words; part of PostgreSQL, and anybody who may create tables may create it.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

import type { Knex } from 'knex';

/** What an operation runs on: the database, or a transaction that the caller opened. */
export type Connection = Knex | Knex.Transaction;

/* txn.c - write transactions and read turns */

#include "config.h"

#include "store/store-private.h"

TdTxn *
td_txn_begin(TdStore *store, GError **error)
{
	DB_TXN *db_txn = NULL;
	TdTxn *txn;
	int rc = 0;

	if (!td_lost_check(store, error) || !td_space_check(store, error))
		return NULL;

	td_gate_enter(&store->gate, TRUE);
	if (store->home != NULL)
		rc = store->env->txn_begin(store->env, NULL, &db_txn, 0);
	if (rc != 0) {
		td_gate_leave(&store->gate, TRUE);
		td_store_fail(error, rc, "begin transaction");
		return NULL;
	}
	txn = g_new0(TdTxn, 1);
	txn->store = store;
	txn->db_txn = db_txn;
	txn->writes = TRUE;
	return txn;
}

TdTxn *
td_txn_read(TdStore *store)
{
	TdTxn *txn = g_new0(TdTxn, 1);

	td_gate_enter(&store->gate, FALSE);
	txn->store = store;
	return txn;
}

/* Undoes what was not committed, and leaves the gate. */
static void
spend(TdTxn *txn)
{
	/* abort() frees the handle even when it fails, so let go first. */
	DB_TXN *db_txn = g_steal_pointer(&txn->db_txn);

	if (txn->spent)
		return;
	if (db_txn != NULL)
		db_txn->abort(db_txn);
	txn->spent = TRUE;
	td_gate_leave(&txn->store->gate, txn->writes);
}

gboolean
td_txn_commit(TdTxn *txn, GError **error)
{
	DB_TXN *db_txn;
	int rc = 0;

	g_return_val_if_fail(txn->writes && !txn->spent, FALSE);

	if (!td_counters_save(txn, error)) {
		spend(txn);
		return FALSE;
	}
	/* So does commit(). */
	db_txn = g_steal_pointer(&txn->db_txn);
	if (db_txn != NULL)
		rc = db_txn->commit(db_txn, DB_TXN_WRITE_NOSYNC);
	spend(txn);
	if (rc == 0)
		return TRUE;
	/* What a panic leaves behind only the next start can tell. */
	return td_lost_check(txn->store, error) &&
	    td_store_fail(error, rc, "commit");
}

void
td_txn_free(TdTxn *txn)
{
	if (txn == NULL)
		return;
	spend(txn);
	g_free(txn);
}

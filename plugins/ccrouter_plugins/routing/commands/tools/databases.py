"""Databases, key-value stores, search engines and the migration tools of frameworks."""

from __future__ import annotations

from .arguments import Arguments

TABLE = """
[psql pgcli usql] payload=-c:sql,--command:sql stdin=sql values=-h,-U,-d,-p,-f,-v,-o,-P,-F,-R,-T,-L,--host,--username,--dbname,--port,--file,--variable,--set writes=none default=>
-l|--list ? lists databases
-f|--file % runs a script of statements
[mysql mariadb mycli] payload=-e:sql,--execute:sql stdin=sql values=-h,-u,-P,-D,-S,--host,--user,--port,--database,--socket,--init-command writes=none default=>
[mysqladmin mariadb-admin] values=-h,-u,-P,-S default=?
drop|shutdown|kill|password|flush-privileges-all|stop-slave|stop-replica ! drops a database or stops the server
create|reload|refresh|flush-hosts|flush-logs|flush-tables|start-slave + changes the server
[sqlite3 sqlite duckdb litecli spatialite sqlcipher libsql turso-shell] style=long operand=rest:sql payload=-cmd:sql,-c:sql,-s:sql stdin=sql values=-separator,-nullvalue,-newline,-init writes=none default=>
[sqlcmd osql isql tsql mssql-cli] payload=-Q:sql,-q:sql stdin=sql values=-S,-U,-P,-d,-i,-o,-E- writes=none default=>
[sqlplus sql rman ttisql isqlplus db2 dbaccess nzsql vsql exaplus ysqlsh gsql] payload=-c:sql stdin=sql operand=all:sql writes=none default=>
[clickhouse-client clickhouse clickhouse-local chdb] payload=-q:sql,--query:sql stdin=sql values=-h,-u,-d,--host,--user,--password,--port,--database writes=none default=>
[cqlsh ycqlsh] payload=-e:sql,--execute:sql stdin=sql values=-u,-p,-k,-f writes=none default=>
[trino presto spark-sql hive beeline impala-shell snowsql snow-sql athenacli questdb-cli dremio drill-conf phoenix-sqlline pinot-admin ksql ksql-cli] payload=-e:sql,--execute:sql,-q:sql,--query:sql stdin=sql values=-u,-n,-p,-f,--server,--catalog,--schema writes=none default=>
[cockroach] payload=-e:sql,--execute:sql stdin=sql default=verb values=--host,--url,--certs-dir,-d
node drain|decommission|recommission ! takes a node away
sql|workload|demo|start|init > runs statements
quit|debug reset-quorum ! stops a node
[bq] default=verb operand=1:maybe values=--project_id,--dataset_id,--format,--location
rm|remove !! deletes tables or datasets
query > runs a query
cancel|cp|load|mk|update|insert|extract|partition + changes tables
head|ls|show|wait|version ? reads
[snow] payload=-q:sql,--query:sql default=verb
[spanner-cli influx influxd] payload=-e:sql,--execute:sql default=verb values=--host,--org,--token,-o,-t
[cypher-shell] operand=0:sql stdin=sql values=-u,-p,-a,-d,-f,--username,--password,--address,--database default=>
[dropdb dropuser droplang pg_dropcluster pg_resetwal pg_resetxlog pg_drop_replication_slot] values=-h,-U,-p dry=no
@given !! drops a database
[createdb createuser initdb pg_createcluster vacuumdb reindexdb clusterdb pg_basebackup pg_upgrade pgbench pgbackrest-backup] default=+ writes=none
[pg_dump pg_dumpall mysqldump mariadb-dump mysqlshow mysqlcheck pg_isready pg_config pg_controldata pg_lsclusters mongodump mongoexport mongostat mongotop sqldiff sqlite3_analyzer pg_top pgbadger pt-query-digest mydumper pg_waldump] default=? values=-h,-U,-u,-p,-f,-F,-t,-n,-d writes=-f,--file,-r,--result-file
[pg_restore] values=-h,-U,-d,-p,-j,-t,-n,-f writes=none default=+
-l|--list ? lists a dump
-c|--clean|--create|-C ! drops what is there before restoring
[pg_ctl pg_ctlcluster postgres-ctl] default=> values=-D,-l,-m,-o
stop|kill|promote|restart ! stops the server
* * stop|kill ! stops the server
status ? shows the server
[pg_archivecleanup pg_repack-drop pt-archiver pt-kill pt-table-sync mysql_install_db-force myisamchk] dry=-n,--dry-run
@given ! removes data
[pgbackrest wal-g wal-e barman] default=verb values=--stanza,--type,--set
expire|delete|stanza-delete|restore|delete-garbage|purge|backup-fetch ! deletes or overwrites data
backup|stanza-create|check|archive-push|backup-push + makes a backup
info|list-backup|backup-list|show-backup ? lists backups
[mongo mongosh] payload=--eval:mongo stdin=mongo values=--host,--port,-u,-p,--username,--password,--authenticationDatabase,-f,--file writes=none default=>
[mongorestore mongoimport] writes=none values=--host,--port,-d,--db,-c,--collection,-u,-p,--uri default=+
--drop ! drops collections before restoring
[redis-cli valkey-cli keydb-cli iredis] values=-h,-p,-a,-n,-u,-s,-r,-i,-x-,--user,--pass,--pipe- stdin=redis writes=none default=>
--bigkeys|--scan|--stat|--latency|--memkeys|--hotkeys ? reads keys
flushall|flushdb|shutdown|swapdb !! deletes every key or stops the server
config resetstat|rewrite|set ! changes the server
del-node|reshard|rebalance|fix * ! takes a node away
cluster|acl|script|function|sentinel|xgroup|memory|client|latency|slowlog|module reset|forget|deluser|flush|delete|remove|destroy|purge|kill|failover|unload|flushslots|delslots|delconsumer|delslotsrange ! removes data or access
del|unlink|hdel|lpop|rpop|spop|lrem|srem|zrem|zremrangebyrank|zremrangebyscore|zremrangebylex|ltrim|getdel|expire|pexpire|expireat|pexpireat|xdel|xtrim|json.del|ft.dropindex|ft.drop|restore|migrate|blpop|brpop|rename|debug|replicaof|slaveof|failover|zpopmin|zpopmax|lmpop|zmpop|bf.del|ts.del|gdel|graph.delete ! deletes keys
eval|evalsha|fcall @lua_deletes ! deletes keys
get|mget|keys|scan|info|ping|ttl|pttl|type|exists|hget|hgetall|hkeys|hvals|hlen|lrange|llen|smembers|scard|sismember|zrange|zcard|zscore|xlen|xrange|xinfo|dbsize|monitor|time|strlen|memory|object|client|config|cluster|slowlog|role|lastsave|echo|command|dump|getrange|randomkey|pubsub|subscribe|psubscribe|json.get|ft.search|hscan|sscan|zscan ? reads keys
set|mset|setex|setnx|incr|incrby|decr|append|hset|hmset|lpush|rpush|sadd|zadd|xadd|publish|save|bgsave|bgrewriteaof|persist|json.set|lset|linsert|setrange|pfadd|geoadd + writes keys
[etcdctl] default=verb values=--endpoints,--cacert,--cert,--key,--user
del|rm|rmdir ! deletes keys
member remove !! removes a member of the cluster
snapshot restore ! overwrites the store
defrag|compact|compaction|alarm|move-leader + tidies the store
get|watch|endpoint|ls ? reads keys
[etcdutl] default=?
snapshot restore ! overwrites the store
[consul] default=verb
kv delete ! deletes keys
leave|force-leave|maint ! takes a node away
members|info|monitor|catalog|validate|kv ? reads
[zkcli zkcli.sh zookeeper-shell] default=?
* delete|deleteall|rmr|setacl ! deletes nodes
* * delete|deleteall|rmr ! deletes nodes
delete|deleteall|rmr ! deletes nodes
[nodetool] default=? values=-h,-p,-u,-pw
decommission|removenode|clearsnapshot|drain|truncatehints|stopdaemon|assassinate|disablegossip|disablebinary|disableautocompaction|disablethrift|invalidatecache|cleanup|stop|resetlocalschema ! takes a node or its data away
repair|compact|flush|snapshot|rebuild|refresh|scrub|upgradesstables + tidies a node
[memcached-tool memcflush memcrm] default=?
@always ! deletes cached values
[couchbase-cli cbq riak riak-admin rethinkdb arangosh arangorestore surreal dgraph fauna fauna-shell typesense meilisearch-cli] payload=-s:sql,--script:sql,--javascript.execute-string:js default=verb
bucket-flush|bucket-delete|node-init|rebalance|failover|server-remove|user-delete ! removes data
[neo4j-admin neo4j] default=verb
database drop|load|migrate|unbind ! overwrites a database
stop ! stops the server
[elasticsearch-plugin opensearch-plugin kibana-plugin elasticdump curator es_rollover] default=verb
[curator_cli] dry=--dry-run default=?
delete-indices|delete-snapshots|close|shrink|rollover ! deletes indices
[elasticsearch-keystore elasticsearch-users] default=verb
[manage.py django-admin] default=verb stdin=query
flush|reset_db|delete_* ! deletes the data of the application
shell|shell_plus -c|--command =python runs code
sqlflush|showmigrations|check|sqlmigrate|inspectdb|diffsettings|dumpdata|test|help|version|findstatic ? reads
migrate * zero|0001|0002 ! undoes migrations
migrate|makemigrations|loaddata|collectstatic|createsuperuser|startapp|startproject|makemessages|compilemessages|clearsessions|changepassword|createcachetable|squashmigrations + changes the application
collectstatic --clear|-c ! deletes collected files
runserver|shell|dbshell|shell_plus > starts the application
remove_stale_contenttypes|clear_cache|clean_pyc|prune|cleanup ! deletes data
[rails rake bin/rails] default=>
db:drop|db:drop:*|db:reset|db:reset:*|db:purge|db:rollback|db:migrate:reset|db:migrate:down|db:migrate:redo|db:schema:load|db:structure:load|db:truncate_all|db:setup|db:test:purge|db:seed:replant|db:version:down|db:environment:set|db:forward-drop ! drops or overwrites the database
db:migrate|db:seed|db:create|db:prepare|db:schema:dump + changes the database
db:migrate:status|db:version|routes|about|stats|notes|middleware|initializers|-t|test ? reads
destroy|d|log:clear|tmp:clear|assets:clobber|clobber|app:template ! removes generated files
runner|r =ruby runs code
console|c|server|s|generate|g|new > starts or generates
*:drop|*:destroy|*:delete|*:purge|*:clear|*:clobber|*:reset|*:wipe|*:nuke ! removes data
[alembic] default=+ values=-c,-n,-x
downgrade|stamp ! undoes migrations
history|current|heads|branches|show|check ? reads migrations
[flask quart] default=> values=-A,--app,-e
db downgrade|stamp|drop ! undoes migrations
db history|current|heads|show ? reads migrations
db + changes the database
[prisma] default=+
migrate reset !! deletes the database
db push --force-reset|--accept-data-loss !! deletes data to fit the schema
db execute % runs statements from a file
migrate status|diff ? reads migrations
format|validate|generate|studio|version|db > checks or generates
[knex] default=+
migrate:rollback|migrate:down|migrate:unlock ! undoes migrations
migrate:status|migrate:list|migrate:currentversion ? reads migrations
[sequelize sequelize-cli] default=+
db:drop|db:migrate:undo|db:migrate:undo:*|db:seed:undo|db:seed:undo:* ! drops or undoes
db:migrate:status ? reads migrations
[typeorm mikro-orm drizzle-kit objection kysely zenstack payload] default=+
schema:drop|migration:revert|schema:fresh|migration:fresh|migration:down|database:drop|cache:clear|schema:sync|drop|migrate:fresh|migrate:reset|migrate:down|migrate:refresh ! drops or undoes
push --force ! deletes data to fit the schema
migration:show|schema:log|check|studio|introspect|generate ? reads
[artisan] default=+
migrate:fresh|migrate:reset|migrate:rollback|migrate:refresh|db:wipe|queue:clear|queue:flush|queue:forget|cache:clear|cache:forget|schedule:clear-cache|telescope:clear|telescope:prune|horizon:clear|horizon:purge|horizon:terminate|model:prune|down|passport:purge|key:generate ! drops, undoes or clears
migrate:status|route:list|about|list|env|config:show|db:show|db:table|queue:monitor|schedule:list|help ? reads
tinker --execute =php runs code
serve|tinker|test|queue:work|queue:listen|schedule:run|optimize > runs the application
*:delete|*:drop|*:purge|*:wipe|*:destroy|*:flush ! removes data
[console bin/console symfony] default=>
doctrine:schema:drop|doctrine:database:drop|doctrine:fixtures:load|doctrine:migrations:execute|d:s:d|d:d:d|doctrine:schema:update|cache:pool:clear|messenger:failed:remove ! drops or overwrites the database
doctrine:query:sql|dbal:run-sql =sql runs statements
debug:*|lint:*|about|list|router:match|doctrine:migrations:status ? reads
*:drop|*:delete|*:purge|*:remove ! removes data
[craft drush wp] default=verb values=--path,--url,--user
db query|sqlq =sql runs statements
sql:query|sql-query|sqlq =sql runs statements
db|site reset|drop|clean|empty|delete|archive|deactivate|spam !! deletes the database
sql:drop|sql-drop|sql:sync|site:install|site-install|si|config:import|cim|config-import|pm:uninstall|pmu|entity:delete|user:cancel|cache:rebuild-all !! drops or overwrites the database
eval|php:eval|ev =php runs code
search-replace + changes the database
core|plugin|theme|post|user|option|cache|cron|db|role list|get|status|version|check|export|check-update|is-installed|size|tables|search ? reads
[dotnet-ef] default=+
database drop !! drops the database
database update 0 ! undoes every migration
migrations remove ! removes a migration
migrations|dbcontext|database list|info|script ? reads
[flyway] default=verb
clean|undo|repair !! drops every object
info|validate ? reads migrations
migrate|baseline + changes the database
[liquibase] default=verb
dropall|drop-all|rollback*|clearchecksums|clear-checksums|undo* !! drops every object
status|validate|diff|history|snapshot|*sql|*-sql ? reads
update|tag|changelogsync|generatechangelog + changes the database
[diesel sea-orm-cli refinery sqlx goose dbmate migrate tern atlas soda pgroll migra sqitch node-pg-migrate db-migrate migrate-mongo graphile-migrate bytebase kysely-ctl] default=verb values=-path,-database,-dir,-u,--url,-d,-e,--env,--source,-source
database|schema|migration|migrate|db drop|reset|revert|undo|clean|fresh|down|redo|refresh|rollback !! drops or undoes
reset|down|drop|rollback|revert|redo|refresh|fresh|down-to|force|undo|rebase ! drops or undoes
* * reset|down|drop|down-to|rollback ! drops or undoes
up|migrate|create|new|add|deploy|apply|setup|run|init|prepare + changes the database
status|version|list|info|dump|verify|diff|inspect|lint|validate ? reads migrations
[hasura supabase] default=verb values=--project-ref,--db-url
db reset !! deletes the database
db push|pull|diff|lint|dump|start|remote > changes the database
migration|migrate|metadata|seed|functions|secrets|branches|projects|storage|orgs delete|rm|unset|down|drop|clear|remove|pause|repair|squash|disable !! removes data
stop ! stops the database
migrate apply|status > changes the database
[mix] default=>
ecto.drop|ecto.reset|ecto.rollback|phx.gen.undo|deps.clean|clean.all|deps.unlock|hex.retire|hex.unpublish ! drops or undoes
ecto.migrate|ecto.create|ecto.setup|deps.get|deps.update|format|archive.install + changes the project
test|compile|run|phx.server|credo|dialyzer|help|ecto.migrations|phx.routes > runs the project
[pgloader dumpdata tableau-bridge debezium airbyte] default=+
[airflow dagster prefect luigi dbt sqlmesh] default=verb values=-d,-t,-p,--project-dir,--profiles-dir,--select,-s,--vars
db reset|clean|drop|downgrade !! deletes the database
dags|tasks|connections|variables|pools|users|roles delete|clear|backfill ! deletes runs
run --full-refresh|-f ! rebuilds tables from nothing
build --full-refresh|-f ! rebuilds tables from nothing
run|build|test|seed|compile|snapshot|parse|debug|deps|docs|retry|source > runs the models
clean + deletes build results
dags|tasks|connections|variables|pools list|get|state|show|test|trigger|export|unpause ? reads
"""


def _lua_deletes(arguments: Arguments) -> bool:
    return any(
        word in field.text.lower()
        for field in arguments.fields
        for word in ("'del'", '"del"', "flush", "unlink")
    )


PREDICATES = {
    "given": lambda arguments: bool(arguments.fields),
    "always": lambda _arguments: True,
    "lua_deletes": _lua_deletes,
}

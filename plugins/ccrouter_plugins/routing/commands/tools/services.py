"""Continuous integration, message boards of builds, and the servers that applications sit behind."""

from __future__ import annotations

TABLE = """
[jenkins-cli jenkins-cli.jar jenkins] default=verb style=long values=-s,-auth,-user,-webSocket
delete-*|clear-queue|disable-*|offline-node|disconnect-node|quiet-down|safe-shutdown|shutdown|stop-builds|remove-*|wipe-* ! removes jobs or takes the server down
groovy|groovysh % runs a script on the server
create-*|update-*|install-plugin|enable-*|build|reload-*|restart|safe-restart|copy-job|online-node|connect-node|keep-build|replay-pipeline|set-* + changes the server
list-*|get-*|who-am-i|version|console|help|session-id ? reads
[gitlab-runner] default=verb
unregister|stop|uninstall|reset-token ! takes a runner away
list|status|verify ? shows runners
exec|run|start|register|install|restart + starts a runner
[gitlab-ctl gitlab-rake gitlab-rails gitlab-backup] default=verb
stop|cleanse|uninstall|kill|deploy-page|remove-accounts|hup-all ! takes the server down
gitlab:setup|cache:clear|gitlab:cleanup:*|db:drop|db:reset ! deletes data
runner =ruby runs code
restore ! overwrites data
[circleci travis drone buildkite-agent bk semaphore appveyor woodpecker concourse fly-ci act dagger earthly teamcity azp tekton buildbot spinnaker-cli harness codefresh] default=verb values=--org-slug,--org-id,-n,-b
context|namespace|orb|policy|runner|project remove-secret|delete|delete-alias|unlist|remove|delete-rules ! removes settings
repo|secret|cron|org|secrets rm|remove|delete|disable ! removes settings
destroy-pipeline|dp|prune-worker|land-worker|clear-task-cache|pause-pipeline|archive-pipeline ! removes a pipeline
prune|stop|cache ! deletes results
config|orb|context|project|pipeline|policy|diagnostic validate|process|pack|list|info|status|source|search ? reads or checks
run|local|build|call|trigger|execute > runs a build
[nginx openresty tengine] default=> values=-c,-g,-p,-s
-t|-T|-v|-V ? checks the configuration
@quits ! stops the server
-s > tells the server to reload
[apachectl apache2ctl httpd apache2 caddy haproxy traefik varnishd uwsgi gunicorn uvicorn hypercorn php-fpm puma unicorn thin daphne waitress-serve granian] default=> values=-k,-c,-f,-b,-w,--config,-p,--port,--host,--workers
stop|graceful-stop|shutdown ! stops the server
-k ! changes how the server runs
configtest|-t|validate|adapt|fmt|version|status|fullstatus|-v|-S ? checks the configuration
[varnishadm] default=?
ban|stop|param.set|vcl.discard|ban.url ! removes cached pages
[squid squidclient postfix sendmail exim postsuper postqueue mailq dovecot doveadm] default=>
-d|-D ! removes messages
expunge|purge|stop|flush|mailbox delete|kick ! removes messages
[postcat mail mailx mutt swaks msmtp] default=+
[a2dissite a2dismod a2disconf] default=!
[a2ensite a2enmod a2enconf certbot acme.sh mkcert openssl step cfssl htpasswd keytool2] default=+
delete|revoke|unregister|--revoke|--remove ! revokes or deletes certificates
--revoke|--remove ! revokes or deletes certificates
certificates|show|version|x509|verify|s_client|ciphers|list ? shows certificates
-D ! removes a password
rand|dgst|enc|genrsa|req|genpkey > computes
[zabbix_get zabbix_sender prometheus promtool amtool grafana-cli grafana loki logcli influxd-ctl telegraf vector fluentd fluent-bit otelcol] default=verb
silence expire ! removes a silence
plugins|admin remove|uninstall|reset-admin-password|rm ! removes a plugin or access
tsdb delete|clean ! deletes data
check|test|query|alert|tsdb ? checks
[amtool-silence nagios icinga2 checkmk omd] default=verb
[fail2ban-client] default=?
unban|stop|set|flush * ! changes access
stop ! stops the protection
[teleport tsh tctl boundary tailscale zerotier-cli nebula openvpn wireguard] default=verb
ssh =1 runs a command
rm|down|logout|leave|lock|users ! takes access away
up|login|status|ping|ip|ls|netcheck > shows or connects
[keycloak kcadm kcadm.sh ldapsearch ldapwhoami] default=verb
[ldapdelete]
@always ! deletes entries
[ldapmodify ldapadd ldappasswd] default=+
-r ! removes entries
[kdestroy klist kinit] default=>
[kadmin kadmin.local] default=?
* delprinc|delete_principal|ktremove|purgekeys ! deletes accounts
[smbclient smbpasswd pdbedit net-ads] default=> payload=-c:ftp
-x ! deletes an account
[hdfs hadoop mapred yarn] default=> style=long
dfs|fs -rm|-rmr|-rmdir|-expunge|-truncate|-rmr|-deletesnapshot ! deletes files
dfs|fs @hdfs_deletes ! deletes files
dfs|fs -ls|-cat|-du|-df|-count|-stat|-tail|-text|-test|-find|-get|-getmerge|-copytolocal ? reads files
dfs|fs + changes files
namenode -format !! formats the file system
namenode|datanode|secondarynamenode -format|-rollback|-finalize|-recover !! formats the file system
dfsadmin|rmadmin|haadmin|cacheadmin -safemode|-finalizeupgrade|-deletesnapshot|-removepool|-refreshnodes|-rollingupgrade|-disallowsnapshot ! changes the cluster
application|job|app -kill|--kill ! kills a job
dfsadmin|fsck|version|classpath|getconf -report|-blocks ? shows
fsck -delete ! deletes files
distcp -delete ! deletes files that the source does not have
[spark-submit pyspark flink storm samza beam dataproc] default=verb
cancel|stop|kill|savepoint ! stops a job
[oozie sqoop pig oozie-cli] default=verb style=long
job -kill|-suspend ! stops a job
[ceph rados rbd radosgw-admin gluster mc s3cmd s4cmd s5cmd minio juicefs seaweedfs weed lakectl b2 backblaze-b2 swift restic-rest wasabi rook cephadm drbdadm moosefs] default=verb values=-p,--pool,-c,--config,-n
osd|pool|fs|mds|mon|mgr|auth|config-key|nfs|orch|user|bucket|volume|snapshot out|destroy|purge|rm|delete|lost|down|crush|fail|remove|del|reset|suspend|stop|detach ! takes storage away
osd pool|crush delete|rm|remove|unlink !! deletes a pool
rm|rb|mb-remove|del|expire|delete|remove|purge|mirror-remove|rmobj|hide-file|delete-file-version|delete-bucket|clear-account|destroy|gc|format|delete_file_version|rm-cluster ! deletes objects
mirror|sync @deletes_extra ! deletes objects that the source does not have
admin user|service|policy|group remove|rm|stop|disable ! takes access away
ilm|version|replicate|event|retention|legalhold|quota rm|remove|clear|suspend|edit|disable ! removes protection
ls|stat|du|cat|find|tree|diff|head|info|status|df|health|lspools|get|download|list|watch|ping ? reads
put|cp|mv|mb|sync|mirror|upload|share|alias|anonymous|setacl|modify + changes objects
"""

_DELETES = ("-rm", "-rmr", "-rmdir", "-expunge", "-truncate", "-deletesnapshot")

PREDICATES = {
    "always": lambda _arguments: True,
    "quits": lambda arguments: arguments.flags.get("-s", "") in ("stop", "quit", "exit"),
    "hdfs_deletes": lambda arguments: any(field.text.lower() in _DELETES for field in arguments.fields),
    "deletes_extra": lambda arguments: any(
        arguments.has(flag)
        for flag in ("--remove", "--delete-removed", "--delete", "--delete-after", "--delete-before")
    ),
}

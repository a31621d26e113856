"""Message brokers and queues."""

from __future__ import annotations

TABLE = """
[kafka-topics kafka-topics.sh kafka-configs kafka-configs.sh kafka-consumer-groups kafka-consumer-groups.sh kafka-acls kafka-acls.sh kafka-delegation-tokens kafka-leader-election kafka-reassign-partitions kafka-streams-application-reset kafka-features kafka-metadata-quorum] default=+ values=--bootstrap-server,--topic,--group,--entity-type,--entity-name,--partitions,--replication-factor,--zookeeper,--command-config,--add-config,--config,--principal,--delete-config,--reset-policy dry=--dry-run
--delete|--remove|--delete-offsets|--delete-config|--delete-topic ! deletes topics, groups or access
--reset-offsets --execute ! moves the position of readers
--reset-offsets ? only shows what it would do
--list|--describe|--verify|--generate ? lists
[kafka-streams-application-reset.sh kafka-delete-records kafka-delete-records.sh]
@always ! deletes records
[kafka-broker-api-versions kafka-log-dirs kafka-dump-log kafka-get-offsets kafka-console-consumer kafka-verifiable-consumer kafka-metadata-shell kafka-console-consumer.sh kafka-run-class] default=?
[kafka-console-producer kafka-producer-perf-test kafka-mirror-maker kafka-server-start kafka-storage] default=+
format ! formats the storage of a broker
[kafka-server-stop zookeeper-server-stop kafka-server-stop.sh zookeeper-server-stop.sh]
@always ! stops a broker
[kcat kafkacat] default=? values=-b,-t,-G,-o,-p,-K,-X
-P + sends messages
[rpk redpanda kafkactl kaf pulsar-admin pulsar bin/pulsar-admin] default=verb values=-X,--brokers,-n
topic|group|acl|user|cluster|namespaces|topics|tenants|subscriptions|brokers delete|trim-prefix|trim|seek|offset-delete|unload|skip-all|skip|clear-backlog|expire-messages|remove|terminate|reset-cursor|truncate|delete-bookie-affinity-group|unsubscribe|delete-partitioned-topic|compact ! deletes topics or messages
topic|group|cluster|topics|namespaces|tenants list|describe|info|consume|stats|health|get|policies ? lists
[rabbitmqctl rabbitmqctl.bat] default=verb values=-n,-p,-q,--vhost,--node
delete_*|purge_queue|clear_*|reset|force_reset|stop|stop_app|shutdown|forget_cluster_node|close_*|remove_*|discard|suspend_*|rename_cluster_node|eval|restart_vhost|sync_queue_cancel ! deletes data or takes the broker down
list_*|status|cluster_status|environment|report|ping|node_health_check|help|version|authenticate_user|await_* ? lists
add_*|set_*|change_password|start_app|join_cluster|import_definitions|export_definitions|rotate_logs|enable_feature_flag|update_vhost_metadata + changes the broker
[rabbitmqadmin] default=verb values=-H,-u,-p,-V,-P,--host,--username,--password,--vhost
delete|purge|close|clear ! deletes queues or messages
list|show|get|export ? lists
declare|publish|import + changes the broker
[rabbitmq-diagnostics rabbitmq-plugins rabbitmq-queues rabbitmq-server rabbitmq-upgrade rabbitmq-streams] default=verb
delete_*|disable|drain|shrink|remove_* ! takes parts of the broker away
[nats nsc nats-server natscli] default=verb values=-s,--server,--context,--creds
stream|consumer|kv|object|bucket|account|user|operator rm|delete|del|purge|rmm|edit-delete|revoke|seal|leader|remove|compact ! deletes streams or messages
stream|consumer|kv|object|bucket|server|account|context|auth list|ls|info|get|report|history|view|status|state|find|next|watch|check|ping|subjects ? lists
stream|consumer|kv|object add|put|create|edit|copy|restore|backup|update + changes streams
sub|bench|rtt|ping|latency ? listens
pub|publish|request|reply > sends
schema|server|cluster step-down|peer-remove|raft ! takes a server away
[activemq artemis qpid-config qpid-tool emqx emqx_ctl vernemq vmq-admin mosquitto_ctrl] default=verb
purge|queue|address delete|purge|deletequeue|removemessages ! deletes queues or messages
del|stop|leave|force-leave|clean|kick ! takes the broker down
[mosquitto_sub mosquitto_rr amqp-get amqp-consume stompy] default=?
[mosquitto_pub amqp-publish] default=+
--remove-retained|-r -n ! removes a retained message
[amqp-delete-queue]
@always ! deletes a queue
[celery] default=> values=-A,--app,-b,--broker,-Q,-n,--workdir
purge|amqp ! deletes queued work
control shutdown|revoke|terminate|cancel_consumer|rate_limit|pool_shrink ! stops workers
multi stop|stopwait|kill|stop_verify ! stops workers
inspect|status|report|events|result|list|flower ? shows workers
[rq arq-cli bull resque-web sidekiqctl beanstalkd beanstool nsqadmin nsq_to_file] default=verb
empty|stop|quiet|delete|suspend ! deletes queued work
info|worker > shows or works
[nsq_tail nsq_stat temporal tctl-temporal zeebe camunda conductor] default=verb
workflow terminate|delete|reset|cancel ! ends work
namespace|schedule|batch delete|terminate ! deletes work
"""

PREDICATES = {"always": lambda _arguments: True}

"""Cloud providers, infrastructure as code, and the hosts of applications."""

from __future__ import annotations

import re
from collections.abc import Callable

from ...patterns import regex
from .arguments import Arguments

TABLE = """
[aws awslocal aws2] default=verb values=--profile,--region,--endpoint-url,--output,--query,--filters payload=--query-string:sql,--sql:sql,--sql-statement:sql,--parameters:commands,--statement:sql,--command:shell writes=none
s3 sync --delete ! deletes objects that the source does not have
s3 rm|rb ! deletes objects or buckets
s3 mv + moves objects
s3 ls|presign ? reads
s3 cp|sync|mb|website + copies objects
ecs update-service @none_left ! scales a service to nothing
autoscaling update-auto-scaling-group|set-desired-capacity @none_left ! scales a group to nothing
application-autoscaling register-scalable-target @none_left ! scales a service to nothing
organizations close-account|leave-organization|delete-organization|remove-account-from-organization !! closes an account
kms schedule-key-deletion|disable-key|delete-imported-key-material !! makes encrypted data unreadable
rds|docdb|neptune delete-db-instance|delete-db-cluster|delete-global-cluster !! deletes a database
eks|ecs delete-cluster !! deletes a cluster
cloudformation delete-stack|delete-stack-set !! deletes a stack
dynamodb batch-write-item @delete_request ! deletes items
s3api put-bucket-lifecycle-configuration|put-bucket-versioning @suspends ! lets objects expire
s3control delete-* ! deletes
iam put-*-policy|attach-*-policy|create-* + changes access
lambda|ssm|stepfunctions|states invoke|start-execution|send-command|start-session|start-automation-execution > starts something
ec2 release-address|release-hosts|cancel-*|reboot-* ! takes a resource away
ec2 modify-*|authorize-*|allocate-*|run-instances|start-instances|associate-* + changes resources
logs filter-log-events|tail|start-query|get-query-results ? reads
configure|sso|sts * + changes or asks who is logged in
[eksctl] default=verb values=-f,--cluster,--name,--region
delete cluster !! deletes a cluster
scale @none_left ! scales a group to nothing
[sam serverless sls cdk cdktf chalice zappa copilot ecs-cli eb amplify up sst pulumi-up claudia arc architect] default=verb values=-s,--stage,-r,--region,-c,--config,--profile,--stack-name,-a,--app
remove|destroy|delete|terminate|undeploy|app-delete !! removes a deployment
svc|env|app|job|pipeline|task delete !! removes a deployment
deploy @unasked ! changes infrastructure without asking
synth|diff|ls|list|doctor|validate|logs|info|print|package|status|health|events ? reads
deploy|init|bootstrap|create|update|invoke|local|sync|dev|import + deploys
[gcloud] default=verb values=--project,--zone,--region,--format,--filter,--account,--configuration payload=--command:shell,--sql:sql writes=none
projects delete !! deletes a project
container clusters delete !! deletes a cluster
sql instances delete !! deletes a database
sql instances restore-backup|import ! overwrites a database
storage rsync --delete-unmatched-destination-objects ! deletes objects that the source does not have
compute ssh @dashed =-- runs a command on a machine
compute ssh|scp > works on a machine
compute instances|instance-groups stop|suspend|reset ! takes a machine away
compute instance-groups managed resize @none_left ! scales a group to nothing
container clusters resize @none_left ! scales a cluster to nothing
kms keys versions destroy|disable !! makes encrypted data unreadable
app|run|functions deploy|services|call + deploys
[gsutil] default=verb
rsync -n ? only shows what it would do
rm|rb ! deletes objects or buckets
rsync -d ! deletes objects that the source does not have
ls|stat|du|cat|hash|version ? reads
mv|cp|rsync|mb|setmeta|acl|iam|rewrite|lifecycle|versioning + changes objects
[az] default=verb values=-g,--resource-group,-n,--name,--subscription,-o,--output,--query,-l,--location payload=--scripts:shell,--command:shell,--querytext:sql writes=none
group delete !! deletes everything in a resource group
account subscription cancel !! closes a subscription
aks|sql|cosmosdb|postgres|mysql delete !! deletes a cluster or database
vm|vmss|webapp|functionapp|aks|containerapp deallocate|stop|restart ! takes a machine away
storage blob sync --delete-destination ! deletes objects that the source does not have
storage blob|container|fs delete|delete-batch ! deletes objects
vmss scale @none_left ! scales a group to nothing
[azcopy] default=verb
remove|rm ! deletes objects
sync --delete-destination ! deletes objects that the source does not have
copy|cp|sync + copies objects
[ibmcloud oci linode-cli hcloud scw doctl exo vultr-cli upcloud civo aliyun tccli huaweicloud yc openstack ovhcloud packet metal nova glance cinder neutron swift-client] default=verb writes=none
s3 del|rb ! deletes objects
server|instance|compute|droplet poweroff|shutdown|rebuild|reset|stop|power-off ! takes a machine away
compute droplet-action power-off|shutdown|rebuild|power-cycle|restore|password-reset ! takes a machine away
[terraform tofu terragrunt tf terraform-docs] style=long default=> values=-chdir,--terragrunt-working-dir writes=none
destroy !! destroys infrastructure
apply -destroy|-replace !! destroys infrastructure
plan|show|validate|output|graph|providers|version|fmt|console|get|metadata|test ? only plans or shows
state rm|push|replace-provider ! loses track of infrastructure
state list|show|pull ? shows the state
state mv + changes the state
workspace delete ! deletes a workspace
workspace + changes the workspace
taint ! marks a resource to be destroyed
force-unlock ! takes a lock away
run-all|run destroy !! destroys infrastructure
apply -auto-approve|--auto-approve ! changes infrastructure without asking
run-all|run apply % changes infrastructure
apply|import|refresh|untaint|init|login + changes infrastructure
[pulumi] default=verb values=-s,--stack,-C,--cwd
destroy|down|dn !! destroys infrastructure
stack rm|remove !! removes a stack
state delete|unprotect|taint ! loses track of infrastructure
cancel ! leaves a half-made state
preview|pre|logs|whoami|about|config|stack ? only plans or shows
up|update|refresh|watch -y|--yes|--skip-preview ! changes infrastructure without asking
up|update|refresh|import|new|login|watch + changes infrastructure
[crossplane up-cli driftctl infracost tflint tfsec checkov terrascan cloudquery steampipe prowler] default=?
[packer] default=+
validate|inspect|fmt|version|plugins ? checks
[ansible] default=> values=-i,-m,-a,-u,-e,--module-name,--args,--extra-vars,-l,--limit,-f,--become-user dry=-C,--check writes=none payload=-a:shell,--args:shell
@absent ! removes something on other machines
@stops ! stops something on other machines
--list-hosts ? lists machines
[ansible-playbook ansible-pull] default=+ values=-i,-e,-l,--limit,-t,--tags,-u,--extra-vars,--vault-password-file dry=-C,--check,--syntax-check,--list-tasks,--list-hosts,--list-tags writes=none
@destroying_file ! runs a playbook that destroys
@absent ! removes something on other machines
[ansible-galaxy ansible-vault ansible-inventory ansible-doc ansible-lint ansible-config] default=verb
[puppet chef-client chef knife cfengine saltstack] default=verb dry=--noop,--why-run,-W
node|client|cookbook|role|environment|data|vault|bootstrap delete|bulk|clean|purge|deactivate ! removes a machine
apply|agent + changes machines
[heroku] default=verb values=-a,--app,-r,--remote,-c,--command,-n,--num,-s payload=-c:sql,--command:sql writes=none
pg:psql > runs statements
pg:reset|pg:killall|pg:promote|pg:unfollow|pg:copy|pg:backups:restore|pg:kill|pg:credentials:destroy|redis:maintenance !! overwrites or deletes a database
run|run:detached|local:run =0 runs a command
ps:stop|ps:kill|dyno:stop|dyno:kill|maintenance:on|ps:scale @scales_down ! takes the application down
ps:stop|ps:kill|dyno:stop|dyno:kill|maintenance:on ! takes the application down
apps:destroy|destroy|addons:destroy|domains:remove|domains:clear|config:unset|access:remove|pipelines:destroy|releases:rollback|keys:clear|keys:remove|members:remove|certs:remove|drains:remove|webhooks:remove|buildpacks:clear|spaces:destroy ! removes a part of the application
[fly flyctl] default=verb values=-a,--app,-c,--config,-r,--region,-C payload=-C:shell,--command:shell writes=none
ssh console|sftp > works on a machine
scale @none_left ! scales the application to nothing
scale count @scales_zero ! scales the application to nothing
apps|volumes|machine|machines|secrets|postgres|certs|ips|redis|vol|m destroy|delete|stop|kill|unset|remove|release|suspend|detach ! removes a part of the application
deploy|launch|scale|secrets|restart|resume + deploys
logs|status|info|list|releases|doctor|version ? reads
[vercel now netlify surge railway render firebase wrangler cloudflared ngrok cf deno-deploy deployctl northflank koyeb zeabur cycle nixpacks platform upsun lando ddev pantheon terminus gigalixir dokku caprover convox qovery porter okteto devspace garden encore shuttle modal beam replicate runpodctl vastai sky] default=verb values=--token,--scope,-t,-p,--project,-e,--environment,--site,-s,--service,-n,--name,--namespace-id,--binding,--app writes=none
remove|rm|teardown|down|delete|destroy ! removes a deployment
d1 execute * =sql runs statements
firestore:delete|database:remove|hosting:disable|functions:delete|auth:import|apps:delete|hosting:channel:delete|appdistribution:testers:remove !! deletes data
kv:key|kv:namespace|kv:bulk|kv|r2|d1|queues|pages|secret|hyperdrive|vectorize|tail|dispatch-namespace * delete|purge ! deletes data
env|domains|dns|alias|certs|secrets|project|projects|teams|blobs|integration rm|remove|delete|purge ! removes a part of the deployment
apps:destroy|postgres:destroy|mysql:destroy|redis:destroy|mongo:destroy|ps:stop|config:unset|apps:unlink|domains:clear|storage:unmount ! removes a part of the application
delete-project|delete-app|unbind-service|delete-service|delete-org|delete-space|unmap-route ! removes a part of the application
wipe|snapshot:delete|environment:delete|site:delete|poweroff|stop ! removes a part of the application
run =0 runs a command
ls|list|logs|inspect|whoami|status|info|open|dev|link|pull|build|version ? reads
deploy|publish|up|promote|rollback|redeploy|init|login|logout|scale + deploys
[vault bao] default=verb values=-address,-namespace,-format,-field,-mount,-path style=long writes=none
kv delete|destroy|metadata-delete ! deletes secrets
kv metadata delete ! deletes secrets
delete|unwrap-all|write-delete ! deletes secrets
secrets|auth|audit disable|move ! removes an engine and its secrets
token|lease revoke ! takes access away
policy|namespace|plugin|transit delete|deregister ! takes access away
operator seal|step-down|rekey|generate-root|rotate|raft ! takes the vault out of service
operator raft list-peers|snapshot ? shows the cluster
operator init|unseal|members|diagnose|usage + prepares the vault
read|list|status|version|print|path-help|login ? reads secrets
kv get|list|enable-versioning ? reads secrets
kv|write put|patch|undelete|rollback + writes secrets
lease|token|auth|audit|secrets|policy lookup|list|read|capabilities ? reads
[bws bw lpass 1password keeper akeyless conjur sops age gopass-jsonapi secrethub pass-cli dashlane] default=verb writes=none
[stripe paypal twilio sendgrid auth0 okta sentry-cli datadog dog datadog-ci newrelic pagerduty launchdarkly ldcli contentful sanity shopify algolia mux mapbox cloudinary cloudflare flarectl cfcli namecheap route53 cli53 octodns dnscontrol godaddy mixpanel segment snyk sonar-scanner codecov percy chromatic linear jira acli slack notion asana todoist-cli zendesk hubspot salesforce sf sfdx dataiku databricks snowflake mlflow wandb huggingface-cli hf kaggle comet neptune dvc clearml zenml bentoml openai anthropic replicate-cli] default=verb values=-p,--project,-e,--environment,--org,-o,--target-org,-u,--profile writes=none payload=--sql:sql
data|org|project|sandbox|user delete|logout ! deletes data
gc|destroy|remove|untrack ! deletes data
fs|clusters|jobs|workspace|secrets|dbfs|repos|pipelines|groups|libraries|warehouses|tables|schemas|catalogs rm|delete|permanent-delete|delete-scope|uninstall|reset|stop|cancel-all-runs ! deletes data
push|deploy --delete|--force|--destructive ! overwrites data
preview|check|get-zones|version ? reads
push|deploy|login|apply|logs + deploys
dataset|documents|token|artifact delete ! deletes data
"""

_ZERO = frozenset(("0", "=0"))
_ABSENT = regex(r"state\s*[=:]\s*[\"']?(?:absent|stopped|shutdown)\b", re.IGNORECASE)


def _none_left(arguments: Arguments) -> bool:
    wanted: tuple[str, ...] = (
        "--desired-count",
        "--desired-capacity",
        "--max-size",
        "--max-capacity",
        "--size",
        "--num-nodes",
    )
    wanted += ("--nodes", "--nodes-max", "--count", "--new-capacity", "--instance-count", "--replicas")
    return any(arguments.flags.get(flag) == "0" or _next(arguments, flag) == "0" for flag in wanted)


def _next(arguments: Arguments, flag: str) -> str:
    """Return the word after `flag`."""
    for field, following in zip(arguments.fields, arguments.fields[1:], strict=False):
        if field.text.lower() == flag:
            return following.text
    return ""


def _mentions(*needles: str) -> Callable[[Arguments], bool]:
    def predicate(arguments: Arguments) -> bool:
        return any(needle in field.text for field in arguments.fields for needle in needles)

    return predicate


def _absent(arguments: Arguments) -> bool:
    return any(_ABSENT.search(field.text) for field in arguments.fields)


def _scales_down(arguments: Arguments) -> bool:
    return any(re.fullmatch(r"[\w-]+=0", text) for text in arguments.texts())


def _scales_zero(arguments: Arguments) -> bool:
    return any(re.fullmatch(r"(?:[\w-]+=)?0", text) for text in arguments.texts())


_DESTROYING = regex(
    r"(?:^|[/_.-])(?:destroy|teardown|delete|remove|purge|wipe|nuke|uninstall|decommission)", re.IGNORECASE
)


def _unasked(arguments: Arguments) -> bool:
    """Tell whether the options say that nobody is asked: `cdk deploy --require-approval never`."""
    approval = arguments.flags.get("--require-approval", "") or _next(arguments, "--require-approval")
    return approval == "never" or any(
        map(arguments.has, ("--auto-approve", "--no-confirm-changeset", "--no-approval", "--yes"))
    )


PREDICATES = {
    "unasked": _unasked,
    "none_left": _none_left,
    "dashed": lambda arguments: arguments.dashes >= 0,
    "delete_request": _mentions("DeleteRequest"),
    "suspends": _mentions("Expiration", "Suspended"),
    "absent": _absent,
    "stops": _mentions("state=stopped", "reboot"),
    "scales_down": _scales_down,
    "scales_zero": _scales_zero,
    "destroying_file": lambda arguments: any(_DESTROYING.search(text) for text in arguments.texts()),
}

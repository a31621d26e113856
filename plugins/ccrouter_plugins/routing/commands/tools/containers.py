"""Containers, their orchestrators and their registries."""

from __future__ import annotations

import re

from .arguments import Arguments

_RUN_VALUES = (
    "-v,-e,-p,-u,-w,-h,-l,-m,-c,--name,--volume,--env,--publish,--user,--workdir,--network,--net,--entrypoint,--mount,"
    "--env-file,--label,--hostname,--memory,--cpus,--restart,--platform,--add-host,--device,--gpus,--ip,--link,--log-driver,"
    "--log-opt,--pid,--ipc,--shm-size,--tmpfs,--ulimit,--cap-add,--cap-drop,--security-opt,--dns,--pull,--runtime,"
    "--cidfile,--volumes-from,--index"
)

TABLE = f"""
[docker podman nerdctl docker-engine finch] default=verb writes=none values=-f,--file,-H,--host,--context,--config,--project-name,--profile,--filter,--format,--tag,--build-arg,--target,-o,--output,--env-file,{_RUN_VALUES}
run|create =1 runs a command in a new container
exec =1 runs a command in a container
container run|exec|create =1 runs a command in a container
compose exec =1 runs a command in a container
compose run =1 runs a command in a container
compose down|rm|kill|stop|pause ! takes services down
compose up|start|build|pull|restart|create|push|watch|unpause|cp|scale > starts services
compose ps|logs|config|images|top|port|ls|version|events|convert|stats ? shows services
rm|rmi|kill|stop ! removes containers or images, or stops them
container|image|volume|network|system|builder|buildx|secret|config|service|stack|node|plugin|swarm|context|manifest|pod|machine|checkpoint|trust|kube rm|remove|prune|kill|stop|leave|disable|reset|down|revoke|delete|rmi ! removes data or takes services down
buildx|builder du|ls|inspect|build|bake|create|use|imagetools > builds
swarm leave ! takes a node away
service scale @scales_zero ! scales a service to nothing
node update * drain ! takes a node away
volume|network|image|container|system|service|stack|node|context|secret|config|plugin|swarm|manifest ls|list|inspect|df|info|events|history|ps|top|stats|logs|tasks|services|port|diff|show ? shows
ps|images|logs|inspect|stats|top|version|info|events|history|port|diff|search|wait ? shows
build|pull|push|tag|start|restart|login|logout|cp|commit|save|load|import|export|rename|update|attach|pause|unpause > builds, moves or starts
[docker-compose podman-compose] default=verb writes=none values=-f,--file,-p,--project-name,--profile,--env-file,{_RUN_VALUES}
exec|run =1 runs a command in a container
down|rm|kill|stop|pause ! takes services down
up|start|build|pull|restart|create|push|unpause|scale > starts services
ps|logs|config|images|top|port|version|events ? shows services
[docker-machine] default=verb
rm|stop|kill ! takes a machine away
ssh =1 runs a command on a machine
[kubectl oc k k3s-kubectl microk8s.kubectl kubecolor] default=verb writes=none values=-n,--namespace,-f,--filename,-l,--selector,-o,--output,--context,--kubeconfig,-c,--container,--cluster,--user,-k,--kustomize,--field-selector,-p,--patch,--type,--replicas,--image,--since,--tail,--timeout,--for,--grace-period,--as,--server,-s,--token
exec|rsh =1 runs a command in a pod
debug|run @dashed =-- runs a command in a pod
delete namespace|ns|project|crd|pv|persistentvolume|node|nodes !! deletes a whole namespace or volume
delete @everything !! deletes everything
delete ! deletes resources
drain|cordon|evict ! takes a node away
scale @zero ! scales a service to nothing
replace --force ! deletes and recreates resources
replace + changes resources
rollout undo|restart|pause|resume + changes a rollout
rollout status|history ? shows a rollout
patch @finalizers ! lets resources be deleted
apply --prune ! deletes resources that the files do not have
apply --force ! deletes and recreates resources
taint @no_execute ! takes pods off a node
adm drain|prune|cordon|ostree ! takes a node away
adm policy remove-* ! takes access away
policy remove-* ! takes access away
set|label|annotate|patch|apply|create|expose|autoscale|edit|cp|attach|uncordon|taint|certificate|new-app|new-project|login|logout|start-build|tag|import-image + changes resources
scale + changes resources
config delete-*|unset ! removes a setting
config view|get-*|current-* ? shows the configuration
config + changes the configuration
auth|get|describe|logs|top|explain|api-resources|api-versions|version|cluster-info|diff|wait|port-forward|proxy|events|plugin|kustomize|completion|status|whoami|projects|options ? shows resources
[helm helmfile] default=verb writes=none values=-n,--namespace,-f,--values,--set,--version,--kube-context,-l,--selector
uninstall|delete|del|un|destroy ! removes a release
rollback + goes back to an earlier release
plugin|repo uninstall|remove|rm ! removes a source
template|lint|status|list|ls|history|get|show|search|env|version|diff|verify|dependency|test ? shows releases
upgrade --force ! deletes and recreates resources
install|upgrade|repo|pull|push|package|create|registry|plugin|apply|sync + installs
[kustomize kubeseal kubectx kubens k9s stern kubeval kubeconform kube-linter popeye kubent krew kail kubetail] default=?
-d|--delete ! removes a context
[kubeadm] default=verb
reset !! takes a node apart
[kind k3d minikube microk8s k0s rke2 talosctl kops rke rancher clusterctl capi] default=verb values=--name,--cluster,-n,--nodes,-p,--profile
delete|destroy !! deletes a cluster
cluster delete|rm|stop !! deletes a cluster
ssh =-- runs a command
stop|pause|reset|remove|rm|shutdown|wipe ! takes a cluster down
kubectl =0 runs a command
load|image|addons|enable|create|start > starts a cluster
[k3s-uninstall.sh k3s-agent-uninstall.sh k3s-killall.sh rke2-uninstall.sh nvm-uninstall] dry=no
@always !! removes a cluster
[argocd flux tkn kn linkerd istioctl cilium calicoctl kubevela vela spinnaker argo skaffold tilt draft kapp ytt velero-plugin] default=verb values=-n,--namespace
app sync --prune ! deletes resources that the files do not have
app|appset|cluster|repo|proj|account delete|rm|terminate-op|unset ! removes an application
delete|uninstall|down|purge|suspend|terminate|stop ! removes an application
app sync|create|set|rollback|wait + changes an application
app get|list|diff|history|logs|manifests ? shows an application
sync|reconcile|bootstrap|submit|run|dev|deploy|up|resume|retry + changes an application
[nomad] default=verb
job stop|dispatch-stop|purge|revert ! takes a job away
stop|node-drain|system ! takes a job away
node drain|purge|eligibility ! takes a node away
job run|plan|status|inspect|validate|history > runs or shows a job
[crictl ctr buildah skopeo crane oras img regctl reg dive cosign trivy grype syft hadolint docker-slim slim runc crun containerd] default=verb values=-n,--namespace
rm|rmi|rmp|delete|stop|stopp|kill|rmsbom|clean ! removes containers or images
images|image|containers|container|snapshots|content|tasks|task|leases rm|remove|delete|prune|kill ! removes containers or images
exec =1 runs a command in a container
[mesos marathon dcos ecs rancher2 portainer] default=verb
[flatpak-builder toolbox distrobox] default=verb
run =0 runs a command
enter =-- runs a command
rm|rmi|stop ! removes a container
"""


def _scales_zero(arguments: Arguments) -> bool:
    return any(re.fullmatch(r"\S+=0", text) for text in arguments.texts())


def _everything(arguments: Arguments) -> bool:
    return arguments.has("--all") or arguments.has("--all-namespaces") or arguments.has("-A")


def _mentions_finalizers(arguments: Arguments) -> bool:
    return any(
        "finalizers" in field.text and ("null" in field.text or "[]" in field.text)
        for field in arguments.fields
    )


PREDICATES = {
    "always": lambda _arguments: True,
    "dashed": lambda arguments: arguments.dashes >= 0,
    "everything": _everything,
    "zero": lambda arguments: arguments.flags.get("--replicas", "") == "0",
    "scales_zero": _scales_zero,
    "finalizers": _mentions_finalizers,
    "no_execute": lambda arguments: any("NoExecute" in text for text in arguments.texts()),
}

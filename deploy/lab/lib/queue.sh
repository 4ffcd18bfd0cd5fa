# The triage scenario on the real queue.
# shellcheck shell=bash

lab_queue() {
    local size=5000
    case ${1-} in
        '') ;;
        --clear) queue_program clear; return ;;
        --size)
            size=${2-}
            [[ $size =~ ^[0-9]+$ && ${#size} -le 5 && $((10#$size)) -ge 10 && $((10#$size)) -le 10000 ]] ||
                die_usage "lab queue --size takes a number from 10 to 10000"
            size=$((10#$size))
            ;;
        *) die_usage "lab queue [--size N] | --clear" ;;
    esac
    # Each receiver as the scenario needs it.
    sinks_reset
    queue_program fill "$size"
}

queue_program() {
    kubectl_find || die "no kubectl" "deploy/lab/lab up"
    ns_there "$NODE_NS" || die "the lab is not up" "deploy/lab/lab up"
    in_ns "$NODE_NS" /usr/bin/python3 -B "$LAB_HOME/lib/fill_queue.py" "$KUBECTL" "$LAB_RUN/kubeconfig" "$@"
}

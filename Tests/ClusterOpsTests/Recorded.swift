/// Answers recorded from a Kubernetes 1.20 node through kubectl 1.32, shortened.
enum Recorded {
  /// `kubectl get pods --output json`.
  static let pods = #"""
    {
     "apiVersion": "v1",
     "items": [
      {
       "apiVersion": "v1",
       "kind": "Pod",
       "metadata": {
        "creationTimestamp": "2026-11-22T12:36:09Z",
        "labels": {
         "app.kubernetes.io/name": "mail",
         "app.kubernetes.io/part-of": "mail",
         "controller-revision-hash": "6d79bb9897",
         "pod-template-generation": "4"
        },
        "name": "mail-c9kk8",
        "namespace": "mail"
       },
       "spec": {
        "hostNetwork": true,
        "nodeName": "mail-node"
       },
       "status": {
        "conditions": [
         {
          "lastProbeTime": null,
          "lastTransitionTime": "2026-11-22T12:36:11Z",
          "status": "True",
          "type": "Initialized"
         },
         {
          "lastProbeTime": null,
          "lastTransitionTime": "2026-11-22T12:36:19Z",
          "status": "True",
          "type": "Ready"
         },
         {
          "lastProbeTime": null,
          "lastTransitionTime": "2026-11-22T12:36:19Z",
          "status": "True",
          "type": "ContainersReady"
         },
         {
          "lastProbeTime": null,
          "lastTransitionTime": "2026-11-22T12:36:09Z",
          "status": "True",
          "type": "PodScheduled"
         }
        ],
        "containerStatuses": [
         {
          "image": "localhost/mailconsole/postfix:fffbdafb0bf031cc",
          "imageID": "sha256:dcccad01b3ffce275b473215d8c7e7f239c013c2be2eeeb0d416b9c9d1bd22dd",
          "name": "postfix",
          "ready": true,
          "restartCount": 0,
          "started": true,
          "state": {
           "running": {
            "startedAt": "2026-11-22T12:36:12Z"
           }
          }
         },
         {
          "image": "localhost/mailconsole/postfix:fffbdafb0bf031cc",
          "imageID": "sha256:dcccad01b3ffce275b473215d8c7e7f239c013c2be2eeeb0d416b9c9d1bd22dd",
          "name": "postfix-log",
          "ready": true,
          "restartCount": 0,
          "started": true,
          "state": {
           "running": {
            "startedAt": "2026-11-22T12:36:12Z"
           }
          }
         }
        ],
        "hostIP": "203.0.113.10",
        "initContainerStatuses": [
         {
          "image": "localhost/mailconsole/postfix:fffbdafb0bf031cc",
          "imageID": "sha256:dcccad01b3ffce275b473215d8c7e7f239c013c2be2eeeb0d416b9c9d1bd22dd",
          "name": "configure",
          "ready": true,
          "restartCount": 0,
          "state": {
           "terminated": {
            "containerID": "containerd://95d01e1ab22a0ff8148b0b63bf75b14f96a4bce5a53bc2f3fef3234f2fe84c34",
            "exitCode": 0,
            "finishedAt": "2026-11-22T12:36:11Z",
            "reason": "Completed",
            "startedAt": "2026-11-22T12:36:10Z"
           }
          }
         }
        ],
        "phase": "Running",
        "podIP": "203.0.113.10",
        "podIPs": [
         {
          "ip": "203.0.113.10"
         }
        ],
        "qosClass": "Burstable",
        "startTime": "2026-11-22T12:36:09Z"
       }
      }
     ],
     "kind": "List"
    }
    """#

  /// `kubectl get node mail-node --output json`.
  static let node = #"""
    {
     "apiVersion": "v1",
     "kind": "Node",
     "metadata": {
      "creationTimestamp": "2026-11-22T12:15:09Z",
      "labels": {
       "beta.kubernetes.io/arch": "amd64",
       "beta.kubernetes.io/os": "linux",
       "kubernetes.io/arch": "amd64",
       "kubernetes.io/hostname": "mail-node",
       "kubernetes.io/os": "linux",
       "mailconsole/mail": "true"
      },
      "name": "mail-node"
     },
     "spec": {},
     "status": {
      "conditions": [
       {
        "lastTransitionTime": "2026-11-22T12:15:09Z",
        "message": "kubelet has sufficient memory available",
        "reason": "KubeletHasSufficientMemory",
        "status": "False",
        "type": "MemoryPressure"
       },
       {
        "lastTransitionTime": "2026-11-22T12:15:09Z",
        "message": "kubelet has no disk pressure",
        "reason": "KubeletHasNoDiskPressure",
        "status": "False",
        "type": "DiskPressure"
       },
       {
        "lastTransitionTime": "2026-11-22T12:15:09Z",
        "message": "kubelet has sufficient PID available",
        "reason": "KubeletHasSufficientPID",
        "status": "False",
        "type": "PIDPressure"
       },
       {
        "lastTransitionTime": "2026-11-22T12:15:14Z",
        "message": "kubelet is posting ready status",
        "reason": "KubeletReady",
        "status": "True",
        "type": "Ready"
       }
      ],
      "nodeInfo": {
       "architecture": "amd64",
       "containerRuntimeVersion": "containerd://1.6.20",
       "kernelVersion": "6.18.44-fc-v669",
       "kubeProxyVersion": "v1.20.2",
       "kubeletVersion": "v1.20.2",
       "operatingSystem": "linux",
       "osImage": "Debian GNU/Linux 12 (bookworm)"
      }
     }
    }
    """#

  /// `kubectl get daemonset/mail --output json`.
  static let daemonSet = #"""
    {
     "apiVersion": "apps/v1",
     "kind": "DaemonSet",
     "metadata": {
      "generation": 4,
      "labels": {
       "app.kubernetes.io/name": "mail",
       "app.kubernetes.io/part-of": "mail"
      },
      "name": "mail",
      "namespace": "mail"
     },
     "spec": {
      "selector": {
       "matchLabels": {
        "app.kubernetes.io/name": "mail"
       }
      },
      "updateStrategy": {
       "rollingUpdate": {
        "maxUnavailable": 1
       },
       "type": "RollingUpdate"
      }
     },
     "status": {
      "currentNumberScheduled": 1,
      "desiredNumberScheduled": 1,
      "numberAvailable": 1,
      "numberMisscheduled": 0,
      "numberReady": 1,
      "observedGeneration": 4,
      "updatedNumberScheduled": 1
     }
    }
    """#
}

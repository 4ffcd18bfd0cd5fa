internal import Runbooks
enum ClusterOpsPlaceholder {}

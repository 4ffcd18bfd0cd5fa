import Testing
@testable import ClusterOps

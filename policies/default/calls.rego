# METADATA
# title: What a service may call
# description: >-
#   A service calls other capabilities for a job that it runs, and only those that its manifest
#   lists. Its manifest is kept by the admin of its tenant, never said by the service itself.
package crank.calls

deny["call-not-listed"] := "The manifest of the service does not list this capability." if not input.listed

deny["call-without-parent"] := "A service calls others only for a job that runs." if not input.parent.running

decision := {"allow": false, "reasons": deny} if {
	count(deny) > 0
} else := {"allow": true, "rule": "manifest", "reasons": ["The manifest of the service lists this capability."]}

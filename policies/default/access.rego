# METADATA
# title: Who may run capabilities
# description: >-
#   The owner of the data folder may run everything. Whoever else is known and not disabled may run
#   everything when one of their roles allows it. Everybody else is refused, and told why.
package crank.access

# Roles that may run capabilities. A viewer may only look; a worker runs what calls.rego allows too.
runners := {"owner", "admin", "member", "agent", "worker"}

# --- Reasons to say no. Each has a code for programs and a text for people; add yours here. ---

deny["tenant-unknown"] := "The tenant is not known here." if not input.tenant.known

deny["tenant-disabled"] := "The tenant is disabled." if input.tenant.disabled

deny["principal-unknown"] := "The principal is not known in the tenant." if not input.principal.known

deny["principal-disabled"] := "The principal is disabled." if input.principal.disabled

deny["role"] := "None of the principal's roles may run capabilities; member, agent and admin may." if not may_run

# --- What they come to. The owner comes first, and no reason above holds for them. ---

owner if {
	input.tenant.id == "owner"
	input.principal.id == "owner"
}

may_run if owner

may_run if {
	some role in input.principal.roles
	role in runners
}

decision := {"allow": true, "rule": "owner", "reasons": ["The owner of the data folder may run every capability."]} if {
	owner
} else := {"allow": false, "reasons": deny} if {
	count(deny) > 0
} else := {"allow": true, "rule": "role", "reasons": ["Members, agents and admins of a tenant may run every capability."]}

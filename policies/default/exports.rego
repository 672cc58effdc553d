# METADATA
# title: What may leave the mesh
# description: >-
#   Ledger, usage, results, files and receipts may be fetched by whoever has the scope for it; a
#   service fetches what its own jobs made and nothing of others.
package crank.exports

deny["others-jobs"] := "A service may fetch what its own jobs made, and nothing of others." if {
	"worker" in input.caller.roles
	not own
}

own if input.target.principal == input.caller.principal

decision := {"allow": false, "reasons": deny} if {
	count(deny) > 0
} else := {"allow": true, "rule": "scope", "reasons": ["The caller has the scope that this needs."]}

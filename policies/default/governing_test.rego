package crank.governing_test

import data.crank.admin
import data.crank.calls
import data.crank.exports
import data.crank.offers

call := {"listed": true, "parent": {"id": "01KGFJ0000000000000000000A", "running": true}}

test_what_the_manifest_lists_may_be_called_for_a_job_that_runs if {
	calls.decision.allow with input as call
}

test_nothing_else_may_be_called if {
	not_called("call-not-listed", "/listed", false)
	not_called("call-without-parent", "/parent/running", false)
	calls.decision.allow == false with input as {}
}

test_a_scope_is_enough_to_manage_and_to_export if {
	admin.decision.allow with input as {"verb": "createKey"}
	exports.decision.allow with input as {"caller": {"roles": ["viewer"], "principal": "ann"}, "target": {"principal": "bob"}}
	offers.decision.allow with input as {}
}

test_a_service_fetches_what_its_own_jobs_made_alone if {
	exports.decision.allow with input as {"caller": {"roles": ["worker"], "principal": "svc"}, "target": {"principal": "svc"}}
	exports.decision.allow == false with input as {"caller": {"roles": ["worker"], "principal": "svc"}, "target": {"principal": "bob"}}
	exports.decision.allow == false with input as {"caller": {"roles": ["worker"], "principal": "svc"}, "target": {}}
}

not_called(code, path, value) if {
	answer := calls.decision with input as json.patch(call, [{"op": "replace", "path": path, "value": value}])
	answer.allow == false
	object.keys(answer.reasons) == {code}
}

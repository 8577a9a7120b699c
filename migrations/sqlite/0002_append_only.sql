-- Append-only by trigger: SQLite's half. An UPDATE or DELETE of what the log has recorded fails.

CREATE TRIGGER hub_stamp_no_update BEFORE UPDATE ON hub_stamp
BEGIN SELECT RAISE(ABORT, 'hub_stamp is append-only'); END;

CREATE TRIGGER hub_stamp_no_delete BEFORE DELETE ON hub_stamp
BEGIN SELECT RAISE(ABORT, 'hub_stamp is append-only'); END;

CREATE TRIGGER agency_no_update BEFORE UPDATE ON agency
BEGIN SELECT RAISE(ABORT, 'agency is append-only'); END;

CREATE TRIGGER agency_no_delete BEFORE DELETE ON agency
BEGIN SELECT RAISE(ABORT, 'agency is append-only'); END;

CREATE TRIGGER worker_no_update BEFORE UPDATE ON worker
BEGIN SELECT RAISE(ABORT, 'worker is append-only'); END;

CREATE TRIGGER worker_no_delete BEFORE DELETE ON worker
BEGIN SELECT RAISE(ABORT, 'worker is append-only'); END;

CREATE TRIGGER worker_end_no_update BEFORE UPDATE ON worker_end
BEGIN SELECT RAISE(ABORT, 'worker_end is append-only'); END;

CREATE TRIGGER worker_end_no_delete BEFORE DELETE ON worker_end
BEGIN SELECT RAISE(ABORT, 'worker_end is append-only'); END;

CREATE TRIGGER duty_no_update BEFORE UPDATE ON duty
BEGIN SELECT RAISE(ABORT, 'duty is append-only'); END;

CREATE TRIGGER duty_no_delete BEFORE DELETE ON duty
BEGIN SELECT RAISE(ABORT, 'duty is append-only'); END;

CREATE TRIGGER duty_end_no_update BEFORE UPDATE ON duty_end
BEGIN SELECT RAISE(ABORT, 'duty_end is append-only'); END;

CREATE TRIGGER duty_end_no_delete BEFORE DELETE ON duty_end
BEGIN SELECT RAISE(ABORT, 'duty_end is append-only'); END;

CREATE TRIGGER leave_taken_no_update BEFORE UPDATE ON leave_taken
BEGIN SELECT RAISE(ABORT, 'leave_taken is append-only'); END;

CREATE TRIGGER leave_taken_no_delete BEFORE DELETE ON leave_taken
BEGIN SELECT RAISE(ABORT, 'leave_taken is append-only'); END;

CREATE TRIGGER leave_end_no_update BEFORE UPDATE ON leave_end
BEGIN SELECT RAISE(ABORT, 'leave_end is append-only'); END;

CREATE TRIGGER leave_end_no_delete BEFORE DELETE ON leave_end
BEGIN SELECT RAISE(ABORT, 'leave_end is append-only'); END;

CREATE TRIGGER storm_no_update BEFORE UPDATE ON storm
BEGIN SELECT RAISE(ABORT, 'storm is append-only'); END;

CREATE TRIGGER storm_no_delete BEFORE DELETE ON storm
BEGIN SELECT RAISE(ABORT, 'storm is append-only'); END;

CREATE TRIGGER storm_word_no_update BEFORE UPDATE ON storm_word
BEGIN SELECT RAISE(ABORT, 'storm_word is append-only'); END;

CREATE TRIGGER storm_word_no_delete BEFORE DELETE ON storm_word
BEGIN SELECT RAISE(ABORT, 'storm_word is append-only'); END;

CREATE TRIGGER storm_end_no_update BEFORE UPDATE ON storm_end
BEGIN SELECT RAISE(ABORT, 'storm_end is append-only'); END;

CREATE TRIGGER storm_end_no_delete BEFORE DELETE ON storm_end
BEGIN SELECT RAISE(ABORT, 'storm_end is append-only'); END;

CREATE TRIGGER storm_told_no_update BEFORE UPDATE ON storm_told
BEGIN SELECT RAISE(ABORT, 'storm_told is append-only'); END;

CREATE TRIGGER storm_told_no_delete BEFORE DELETE ON storm_told
BEGIN SELECT RAISE(ABORT, 'storm_told is append-only'); END;

CREATE TRIGGER person_no_update BEFORE UPDATE ON person
BEGIN SELECT RAISE(ABORT, 'person is append-only'); END;

CREATE TRIGGER person_no_delete BEFORE DELETE ON person
BEGIN SELECT RAISE(ABORT, 'person is append-only'); END;

CREATE TRIGGER case_file_no_update BEFORE UPDATE ON case_file
BEGIN SELECT RAISE(ABORT, 'case_file is append-only'); END;

CREATE TRIGGER case_file_no_delete BEFORE DELETE ON case_file
BEGIN SELECT RAISE(ABORT, 'case_file is append-only'); END;

CREATE TRIGGER protected_no_update BEFORE UPDATE ON protected
BEGIN SELECT RAISE(ABORT, 'protected is append-only'); END;

CREATE TRIGGER protected_no_delete BEFORE DELETE ON protected
BEGIN SELECT RAISE(ABORT, 'protected is append-only'); END;

CREATE TRIGGER location_no_update BEFORE UPDATE ON location
BEGIN SELECT RAISE(ABORT, 'location is append-only'); END;

CREATE TRIGGER location_no_delete BEFORE DELETE ON location
BEGIN SELECT RAISE(ABORT, 'location is append-only'); END;

CREATE TRIGGER involvement_no_update BEFORE UPDATE ON involvement
BEGIN SELECT RAISE(ABORT, 'involvement is append-only'); END;

CREATE TRIGGER involvement_no_delete BEFORE DELETE ON involvement
BEGIN SELECT RAISE(ABORT, 'involvement is append-only'); END;

CREATE TRIGGER involvement_end_no_update BEFORE UPDATE ON involvement_end
BEGIN SELECT RAISE(ABORT, 'involvement_end is append-only'); END;

CREATE TRIGGER involvement_end_no_delete BEFORE DELETE ON involvement_end
BEGIN SELECT RAISE(ABORT, 'involvement_end is append-only'); END;

CREATE TRIGGER conflict_no_update BEFORE UPDATE ON conflict
BEGIN SELECT RAISE(ABORT, 'conflict is append-only'); END;

CREATE TRIGGER conflict_no_delete BEFORE DELETE ON conflict
BEGIN SELECT RAISE(ABORT, 'conflict is append-only'); END;

CREATE TRIGGER case_opened_no_update BEFORE UPDATE ON case_opened
BEGIN SELECT RAISE(ABORT, 'case_opened is append-only'); END;

CREATE TRIGGER case_opened_no_delete BEFORE DELETE ON case_opened
BEGIN SELECT RAISE(ABORT, 'case_opened is append-only'); END;

CREATE TRIGGER conflict_match_no_update BEFORE UPDATE ON conflict_match
BEGIN SELECT RAISE(ABORT, 'conflict_match is append-only'); END;

CREATE TRIGGER conflict_match_no_delete BEFORE DELETE ON conflict_match
BEGIN SELECT RAISE(ABORT, 'conflict_match is append-only'); END;

CREATE TRIGGER note_no_update BEFORE UPDATE ON note
BEGIN SELECT RAISE(ABORT, 'note is append-only'); END;

CREATE TRIGGER note_no_delete BEFORE DELETE ON note
BEGIN SELECT RAISE(ABORT, 'note is append-only'); END;

CREATE TRIGGER note_end_no_update BEFORE UPDATE ON note_end
BEGIN SELECT RAISE(ABORT, 'note_end is append-only'); END;

CREATE TRIGGER note_end_no_delete BEFORE DELETE ON note_end
BEGIN SELECT RAISE(ABORT, 'note_end is append-only'); END;

CREATE TRIGGER derivative_no_update BEFORE UPDATE ON derivative
BEGIN SELECT RAISE(ABORT, 'derivative is append-only'); END;

CREATE TRIGGER derivative_no_delete BEFORE DELETE ON derivative
BEGIN SELECT RAISE(ABORT, 'derivative is append-only'); END;

CREATE TRIGGER note_acceptance_no_update BEFORE UPDATE ON note_acceptance
BEGIN SELECT RAISE(ABORT, 'note_acceptance is append-only'); END;

CREATE TRIGGER note_acceptance_no_delete BEFORE DELETE ON note_acceptance
BEGIN SELECT RAISE(ABORT, 'note_acceptance is append-only'); END;

CREATE TRIGGER share_no_update BEFORE UPDATE ON share
BEGIN SELECT RAISE(ABORT, 'share is append-only'); END;

CREATE TRIGGER share_no_delete BEFORE DELETE ON share
BEGIN SELECT RAISE(ABORT, 'share is append-only'); END;

CREATE TRIGGER share_end_no_update BEFORE UPDATE ON share_end
BEGIN SELECT RAISE(ABORT, 'share_end is append-only'); END;

CREATE TRIGGER share_end_no_delete BEFORE DELETE ON share_end
BEGIN SELECT RAISE(ABORT, 'share_end is append-only'); END;

CREATE TRIGGER consent_no_update BEFORE UPDATE ON consent
BEGIN SELECT RAISE(ABORT, 'consent is append-only'); END;

CREATE TRIGGER consent_no_delete BEFORE DELETE ON consent
BEGIN SELECT RAISE(ABORT, 'consent is append-only'); END;

CREATE TRIGGER consent_scope_no_update BEFORE UPDATE ON consent_scope
BEGIN SELECT RAISE(ABORT, 'consent_scope is append-only'); END;

CREATE TRIGGER consent_scope_no_delete BEFORE DELETE ON consent_scope
BEGIN SELECT RAISE(ABORT, 'consent_scope is append-only'); END;

CREATE TRIGGER alert_no_update BEFORE UPDATE ON alert
BEGIN SELECT RAISE(ABORT, 'alert is append-only'); END;

CREATE TRIGGER alert_no_delete BEFORE DELETE ON alert
BEGIN SELECT RAISE(ABORT, 'alert is append-only'); END;

CREATE TRIGGER delivery_no_update BEFORE UPDATE ON delivery
BEGIN SELECT RAISE(ABORT, 'delivery is append-only'); END;

CREATE TRIGGER delivery_no_delete BEFORE DELETE ON delivery
BEGIN SELECT RAISE(ABORT, 'delivery is append-only'); END;

CREATE TRIGGER ladder_rung_no_update BEFORE UPDATE ON ladder_rung
BEGIN SELECT RAISE(ABORT, 'ladder_rung is append-only'); END;

CREATE TRIGGER ladder_rung_no_delete BEFORE DELETE ON ladder_rung
BEGIN SELECT RAISE(ABORT, 'ladder_rung is append-only'); END;

CREATE TRIGGER alert_stand_in_no_update BEFORE UPDATE ON alert_stand_in
BEGIN SELECT RAISE(ABORT, 'alert_stand_in is append-only'); END;

CREATE TRIGGER alert_stand_in_no_delete BEFORE DELETE ON alert_stand_in
BEGIN SELECT RAISE(ABORT, 'alert_stand_in is append-only'); END;

CREATE TRIGGER alert_sent_no_update BEFORE UPDATE ON alert_sent
BEGIN SELECT RAISE(ABORT, 'alert_sent is append-only'); END;

CREATE TRIGGER alert_sent_no_delete BEFORE DELETE ON alert_sent
BEGIN SELECT RAISE(ABORT, 'alert_sent is append-only'); END;

CREATE TRIGGER alert_taken_no_update BEFORE UPDATE ON alert_taken
BEGIN SELECT RAISE(ABORT, 'alert_taken is append-only'); END;

CREATE TRIGGER alert_taken_no_delete BEFORE DELETE ON alert_taken
BEGIN SELECT RAISE(ABORT, 'alert_taken is append-only'); END;

CREATE TRIGGER drill_no_update BEFORE UPDATE ON drill
BEGIN SELECT RAISE(ABORT, 'drill is append-only'); END;

CREATE TRIGGER drill_no_delete BEFORE DELETE ON drill
BEGIN SELECT RAISE(ABORT, 'drill is append-only'); END;

CREATE TRIGGER drill_part_no_update BEFORE UPDATE ON drill_part
BEGIN SELECT RAISE(ABORT, 'drill_part is append-only'); END;

CREATE TRIGGER drill_part_no_delete BEFORE DELETE ON drill_part
BEGIN SELECT RAISE(ABORT, 'drill_part is append-only'); END;

CREATE TRIGGER heartbeat_no_update BEFORE UPDATE ON heartbeat
BEGIN SELECT RAISE(ABORT, 'heartbeat is append-only'); END;

CREATE TRIGGER heartbeat_no_delete BEFORE DELETE ON heartbeat
BEGIN SELECT RAISE(ABORT, 'heartbeat is append-only'); END;

CREATE TRIGGER heartbeat_taken_no_update BEFORE UPDATE ON heartbeat_taken
BEGIN SELECT RAISE(ABORT, 'heartbeat_taken is append-only'); END;

CREATE TRIGGER heartbeat_taken_no_delete BEFORE DELETE ON heartbeat_taken
BEGIN SELECT RAISE(ABORT, 'heartbeat_taken is append-only'); END;

CREATE TRIGGER heartbeat_turn_no_update BEFORE UPDATE ON heartbeat_turn
BEGIN SELECT RAISE(ABORT, 'heartbeat_turn is append-only'); END;

CREATE TRIGGER heartbeat_turn_no_delete BEFORE DELETE ON heartbeat_turn
BEGIN SELECT RAISE(ABORT, 'heartbeat_turn is append-only'); END;

CREATE TRIGGER acknowledgement_no_update BEFORE UPDATE ON acknowledgement
BEGIN SELECT RAISE(ABORT, 'acknowledgement is append-only'); END;

CREATE TRIGGER acknowledgement_no_delete BEFORE DELETE ON acknowledgement
BEGIN SELECT RAISE(ABORT, 'acknowledgement is append-only'); END;

CREATE TRIGGER alert_action_no_update BEFORE UPDATE ON alert_action
BEGIN SELECT RAISE(ABORT, 'alert_action is append-only'); END;

CREATE TRIGGER alert_action_no_delete BEFORE DELETE ON alert_action
BEGIN SELECT RAISE(ABORT, 'alert_action is append-only'); END;

CREATE TRIGGER key_wrap_no_update BEFORE UPDATE ON key_wrap
BEGIN SELECT RAISE(ABORT, 'key_wrap is append-only'); END;

CREATE TRIGGER key_wrap_no_delete BEFORE DELETE ON key_wrap
BEGIN SELECT RAISE(ABORT, 'key_wrap is append-only'); END;

CREATE TRIGGER spooled_no_update BEFORE UPDATE ON spooled
BEGIN SELECT RAISE(ABORT, 'spooled is append-only'); END;

CREATE TRIGGER spooled_no_delete BEFORE DELETE ON spooled
BEGIN SELECT RAISE(ABORT, 'spooled is append-only'); END;

CREATE TRIGGER idempotency_no_update BEFORE UPDATE ON idempotency
BEGIN SELECT RAISE(ABORT, 'idempotency is append-only'); END;

CREATE TRIGGER idempotency_no_delete BEFORE DELETE ON idempotency
BEGIN SELECT RAISE(ABORT, 'idempotency is append-only'); END;

CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry
BEGIN SELECT RAISE(ABORT, 'audit_entry is append-only'); END;

CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry
BEGIN SELECT RAISE(ABORT, 'audit_entry is append-only'); END;

CREATE TRIGGER audit_tile_no_update BEFORE UPDATE ON audit_tile
BEGIN SELECT RAISE(ABORT, 'audit_tile is append-only'); END;

CREATE TRIGGER audit_tile_no_delete BEFORE DELETE ON audit_tile
BEGIN SELECT RAISE(ABORT, 'audit_tile is append-only'); END;

CREATE TRIGGER alert_read_no_update BEFORE UPDATE ON alert_read
BEGIN SELECT RAISE(ABORT, 'alert_read is append-only'); END;

CREATE TRIGGER alert_read_no_delete BEFORE DELETE ON alert_read
BEGIN SELECT RAISE(ABORT, 'alert_read is append-only'); END;

CREATE TRIGGER consent_signed_no_update BEFORE UPDATE ON consent_signed
BEGIN SELECT RAISE(ABORT, 'consent_signed is append-only'); END;

CREATE TRIGGER consent_signed_no_delete BEFORE DELETE ON consent_signed
BEGIN SELECT RAISE(ABORT, 'consent_signed is append-only'); END;

CREATE TRIGGER signing_key_no_update BEFORE UPDATE ON signing_key
BEGIN SELECT RAISE(ABORT, 'signing_key is append-only'); END;

CREATE TRIGGER signing_key_no_delete BEFORE DELETE ON signing_key
BEGIN SELECT RAISE(ABORT, 'signing_key is append-only'); END;

CREATE TRIGGER signing_key_end_no_update BEFORE UPDATE ON signing_key_end
BEGIN SELECT RAISE(ABORT, 'signing_key_end is append-only'); END;

CREATE TRIGGER signing_key_end_no_delete BEFORE DELETE ON signing_key_end
BEGIN SELECT RAISE(ABORT, 'signing_key_end is append-only'); END;

CREATE TRIGGER signing_key_handover_no_update BEFORE UPDATE ON signing_key_handover
BEGIN SELECT RAISE(ABORT, 'signing_key_handover is append-only'); END;

CREATE TRIGGER signing_key_handover_no_delete BEFORE DELETE ON signing_key_handover
BEGIN SELECT RAISE(ABORT, 'signing_key_handover is append-only'); END;

CREATE TRIGGER signing_key_report_no_update BEFORE UPDATE ON signing_key_report
BEGIN SELECT RAISE(ABORT, 'signing_key_report is append-only'); END;

CREATE TRIGGER signing_key_report_no_delete BEFORE DELETE ON signing_key_report
BEGIN SELECT RAISE(ABORT, 'signing_key_report is append-only'); END;

CREATE TRIGGER policy_adopted_no_update BEFORE UPDATE ON policy_adopted
BEGIN SELECT RAISE(ABORT, 'policy_adopted is append-only'); END;

CREATE TRIGGER policy_adopted_no_delete BEFORE DELETE ON policy_adopted
BEGIN SELECT RAISE(ABORT, 'policy_adopted is append-only'); END;

CREATE TRIGGER policy_file_no_update BEFORE UPDATE ON policy_file
BEGIN SELECT RAISE(ABORT, 'policy_file is append-only'); END;

CREATE TRIGGER policy_file_no_delete BEFORE DELETE ON policy_file
BEGIN SELECT RAISE(ABORT, 'policy_file is append-only'); END;

CREATE TRIGGER device_key_no_update BEFORE UPDATE ON device_key
BEGIN SELECT RAISE(ABORT, 'device_key is append-only'); END;

CREATE TRIGGER device_key_no_delete BEFORE DELETE ON device_key
BEGIN SELECT RAISE(ABORT, 'device_key is append-only'); END;

CREATE TRIGGER device_key_end_no_update BEFORE UPDATE ON device_key_end
BEGIN SELECT RAISE(ABORT, 'device_key_end is append-only'); END;

CREATE TRIGGER device_key_end_no_delete BEFORE DELETE ON device_key_end
BEGIN SELECT RAISE(ABORT, 'device_key_end is append-only'); END;

CREATE TRIGGER step_up_used_no_update BEFORE UPDATE ON step_up_used
BEGIN SELECT RAISE(ABORT, 'step_up_used is append-only'); END;

CREATE TRIGGER step_up_used_no_delete BEFORE DELETE ON step_up_used
BEGIN SELECT RAISE(ABORT, 'step_up_used is append-only'); END;

CREATE TRIGGER emergency_grant_no_update BEFORE UPDATE ON emergency_grant
BEGIN SELECT RAISE(ABORT, 'emergency_grant is append-only'); END;

CREATE TRIGGER emergency_grant_no_delete BEFORE DELETE ON emergency_grant
BEGIN SELECT RAISE(ABORT, 'emergency_grant is append-only'); END;

CREATE TRIGGER emergency_end_no_update BEFORE UPDATE ON emergency_end
BEGIN SELECT RAISE(ABORT, 'emergency_end is append-only'); END;

CREATE TRIGGER emergency_end_no_delete BEFORE DELETE ON emergency_end
BEGIN SELECT RAISE(ABORT, 'emergency_end is append-only'); END;

CREATE TRIGGER reveal_no_update BEFORE UPDATE ON reveal
BEGIN SELECT RAISE(ABORT, 'reveal is append-only'); END;

CREATE TRIGGER reveal_no_delete BEFORE DELETE ON reveal
BEGIN SELECT RAISE(ABORT, 'reveal is append-only'); END;

CREATE TRIGGER emergency_second_no_update BEFORE UPDATE ON emergency_second
BEGIN SELECT RAISE(ABORT, 'emergency_second is append-only'); END;

CREATE TRIGGER emergency_second_no_delete BEFORE DELETE ON emergency_second
BEGIN SELECT RAISE(ABORT, 'emergency_second is append-only'); END;

CREATE TRIGGER emergency_review_no_update BEFORE UPDATE ON emergency_review
BEGIN SELECT RAISE(ABORT, 'emergency_review is append-only'); END;

CREATE TRIGGER emergency_review_no_delete BEFORE DELETE ON emergency_review
BEGIN SELECT RAISE(ABORT, 'emergency_review is append-only'); END;

CREATE TRIGGER share_key_end_no_update BEFORE UPDATE ON share_key_end
BEGIN SELECT RAISE(ABORT, 'share_key_end is append-only'); END;

CREATE TRIGGER share_key_end_no_delete BEFORE DELETE ON share_key_end
BEGIN SELECT RAISE(ABORT, 'share_key_end is append-only'); END;

CREATE TRIGGER share_read_no_update BEFORE UPDATE ON share_read
BEGIN SELECT RAISE(ABORT, 'share_read is append-only'); END;

CREATE TRIGGER share_read_no_delete BEFORE DELETE ON share_read
BEGIN SELECT RAISE(ABORT, 'share_read is append-only'); END;

CREATE TRIGGER breach_no_update BEFORE UPDATE ON breach
BEGIN SELECT RAISE(ABORT, 'breach is append-only'); END;

CREATE TRIGGER breach_no_delete BEFORE DELETE ON breach
BEGIN SELECT RAISE(ABORT, 'breach is append-only'); END;

CREATE TRIGGER supersession_no_update BEFORE UPDATE ON supersession
BEGIN SELECT RAISE(ABORT, 'supersession is append-only'); END;

CREATE TRIGGER supersession_no_delete BEFORE DELETE ON supersession
BEGIN SELECT RAISE(ABORT, 'supersession is append-only'); END;

CREATE TRIGGER share_notice_no_update BEFORE UPDATE ON share_notice
BEGIN SELECT RAISE(ABORT, 'share_notice is append-only'); END;

CREATE TRIGGER share_notice_no_delete BEFORE DELETE ON share_notice
BEGIN SELECT RAISE(ABORT, 'share_notice is append-only'); END;

CREATE TRIGGER share_confirmation_no_update BEFORE UPDATE ON share_confirmation
BEGIN SELECT RAISE(ABORT, 'share_confirmation is append-only'); END;

CREATE TRIGGER share_confirmation_no_delete BEFORE DELETE ON share_confirmation
BEGIN SELECT RAISE(ABORT, 'share_confirmation is append-only'); END;

-- A share's key may go; it is never another.
CREATE TRIGGER share_key_no_update BEFORE UPDATE ON share_key
BEGIN SELECT RAISE(ABORT, 'share_key is append-only until its share ends'); END;

CREATE TRIGGER share_basis_no_update BEFORE UPDATE ON share_basis
BEGIN SELECT RAISE(ABORT, 'share_basis is append-only'); END;

CREATE TRIGGER share_basis_no_delete BEFORE DELETE ON share_basis
BEGIN SELECT RAISE(ABORT, 'share_basis is append-only'); END;

CREATE TRIGGER override_ask_no_update BEFORE UPDATE ON override_ask
BEGIN SELECT RAISE(ABORT, 'override_ask is append-only'); END;

CREATE TRIGGER override_ask_no_delete BEFORE DELETE ON override_ask
BEGIN SELECT RAISE(ABORT, 'override_ask is append-only'); END;

CREATE TRIGGER override_called_no_update BEFORE UPDATE ON override_called
BEGIN SELECT RAISE(ABORT, 'override_called is append-only'); END;

CREATE TRIGGER override_called_no_delete BEFORE DELETE ON override_called
BEGIN SELECT RAISE(ABORT, 'override_called is append-only'); END;

CREATE TRIGGER override_second_no_update BEFORE UPDATE ON override_second
BEGIN SELECT RAISE(ABORT, 'override_second is append-only'); END;

CREATE TRIGGER override_second_no_delete BEFORE DELETE ON override_second
BEGIN SELECT RAISE(ABORT, 'override_second is append-only'); END;

CREATE TRIGGER override_review_no_update BEFORE UPDATE ON override_review
BEGIN SELECT RAISE(ABORT, 'override_review is append-only'); END;

CREATE TRIGGER override_review_no_delete BEFORE DELETE ON override_review
BEGIN SELECT RAISE(ABORT, 'override_review is append-only'); END;

CREATE TRIGGER decision_no_update BEFORE UPDATE ON decision
BEGIN SELECT RAISE(ABORT, 'decision is append-only'); END;

CREATE TRIGGER decision_no_delete BEFORE DELETE ON decision
BEGIN SELECT RAISE(ABORT, 'decision is append-only'); END;

CREATE TRIGGER event_no_update BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'event is append-only'); END;

CREATE TRIGGER event_no_delete BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'event is append-only'); END;

CREATE TRIGGER appointment_no_update BEFORE UPDATE ON appointment
BEGIN SELECT RAISE(ABORT, 'appointment is append-only'); END;

CREATE TRIGGER appointment_no_delete BEFORE DELETE ON appointment
BEGIN SELECT RAISE(ABORT, 'appointment is append-only'); END;

CREATE TRIGGER supervision_order_no_update BEFORE UPDATE ON supervision_order
BEGIN SELECT RAISE(ABORT, 'supervision_order is append-only'); END;

CREATE TRIGGER supervision_order_no_delete BEFORE DELETE ON supervision_order
BEGIN SELECT RAISE(ABORT, 'supervision_order is append-only'); END;

CREATE TRIGGER status_query_no_update BEFORE UPDATE ON status_query
BEGIN SELECT RAISE(ABORT, 'status_query is append-only'); END;

CREATE TRIGGER status_query_no_delete BEFORE DELETE ON status_query
BEGIN SELECT RAISE(ABORT, 'status_query is append-only'); END;

CREATE TRIGGER clock_told_no_update BEFORE UPDATE ON clock_told
BEGIN SELECT RAISE(ABORT, 'clock_told is append-only'); END;

CREATE TRIGGER clock_told_no_delete BEFORE DELETE ON clock_told
BEGIN SELECT RAISE(ABORT, 'clock_told is append-only'); END;

CREATE TRIGGER untold_event_no_update BEFORE UPDATE ON untold_event
BEGIN SELECT RAISE(ABORT, 'untold_event is append-only'); END;

CREATE TRIGGER untold_event_no_delete BEFORE DELETE ON untold_event
BEGIN SELECT RAISE(ABORT, 'untold_event is append-only'); END;

CREATE TRIGGER status_query_incident_no_update BEFORE UPDATE ON status_query_incident
BEGIN SELECT RAISE(ABORT, 'status_query_incident is append-only'); END;

CREATE TRIGGER status_query_incident_no_delete BEFORE DELETE ON status_query_incident
BEGIN SELECT RAISE(ABORT, 'status_query_incident is append-only'); END;

CREATE TRIGGER proposed_address_no_update BEFORE UPDATE ON proposed_address
BEGIN SELECT RAISE(ABORT, 'proposed_address is append-only'); END;

CREATE TRIGGER proposed_address_no_delete BEFORE DELETE ON proposed_address
BEGIN SELECT RAISE(ABORT, 'proposed_address is append-only'); END;

CREATE TRIGGER address_check_no_update BEFORE UPDATE ON address_check
BEGIN SELECT RAISE(ABORT, 'address_check is append-only'); END;

CREATE TRIGGER address_check_no_delete BEFORE DELETE ON address_check
BEGIN SELECT RAISE(ABORT, 'address_check is append-only'); END;

CREATE TRIGGER check_reply_no_update BEFORE UPDATE ON check_reply
BEGIN SELECT RAISE(ABORT, 'check_reply is append-only'); END;

CREATE TRIGGER check_reply_no_delete BEFORE DELETE ON check_reply
BEGIN SELECT RAISE(ABORT, 'check_reply is append-only'); END;

CREATE TRIGGER check_told_no_update BEFORE UPDATE ON check_told
BEGIN SELECT RAISE(ABORT, 'check_told is append-only'); END;

CREATE TRIGGER check_told_no_delete BEFORE DELETE ON check_told
BEGIN SELECT RAISE(ABORT, 'check_told is append-only'); END;

CREATE TRIGGER assessment_no_update BEFORE UPDATE ON assessment
BEGIN SELECT RAISE(ABORT, 'assessment is append-only'); END;

CREATE TRIGGER assessment_no_delete BEFORE DELETE ON assessment
BEGIN SELECT RAISE(ABORT, 'assessment is append-only'); END;

CREATE TRIGGER assessment_read_no_update BEFORE UPDATE ON assessment_read
BEGIN SELECT RAISE(ABORT, 'assessment_read is append-only'); END;

CREATE TRIGGER assessment_read_no_delete BEFORE DELETE ON assessment_read
BEGIN SELECT RAISE(ABORT, 'assessment_read is append-only'); END;

CREATE TRIGGER assessment_recall_no_update BEFORE UPDATE ON assessment_recall
BEGIN SELECT RAISE(ABORT, 'assessment_recall is append-only'); END;

CREATE TRIGGER assessment_recall_no_delete BEFORE DELETE ON assessment_recall
BEGIN SELECT RAISE(ABORT, 'assessment_recall is append-only'); END;

CREATE TRIGGER assessment_doubt_no_update BEFORE UPDATE ON assessment_doubt
BEGIN SELECT RAISE(ABORT, 'assessment_doubt is append-only'); END;

CREATE TRIGGER assessment_doubt_no_delete BEFORE DELETE ON assessment_doubt
BEGIN SELECT RAISE(ABORT, 'assessment_doubt is append-only'); END;

CREATE TRIGGER plan_no_update BEFORE UPDATE ON plan
BEGIN SELECT RAISE(ABORT, 'plan is append-only'); END;

CREATE TRIGGER plan_no_delete BEFORE DELETE ON plan
BEGIN SELECT RAISE(ABORT, 'plan is append-only'); END;

CREATE TRIGGER plan_part_no_update BEFORE UPDATE ON plan_part
BEGIN SELECT RAISE(ABORT, 'plan_part is append-only'); END;

CREATE TRIGGER plan_part_no_delete BEFORE DELETE ON plan_part
BEGIN SELECT RAISE(ABORT, 'plan_part is append-only'); END;

CREATE TRIGGER wording_no_update BEFORE UPDATE ON wording
BEGIN SELECT RAISE(ABORT, 'wording is append-only'); END;

CREATE TRIGGER wording_no_delete BEFORE DELETE ON wording
BEGIN SELECT RAISE(ABORT, 'wording is append-only'); END;

CREATE TRIGGER meeting_no_update BEFORE UPDATE ON meeting
BEGIN SELECT RAISE(ABORT, 'meeting is append-only'); END;

CREATE TRIGGER meeting_no_delete BEFORE DELETE ON meeting
BEGIN SELECT RAISE(ABORT, 'meeting is append-only'); END;

CREATE TRIGGER meeting_end_no_update BEFORE UPDATE ON meeting_end
BEGIN SELECT RAISE(ABORT, 'meeting_end is append-only'); END;

CREATE TRIGGER meeting_end_no_delete BEFORE DELETE ON meeting_end
BEGIN SELECT RAISE(ABORT, 'meeting_end is append-only'); END;

CREATE TRIGGER meeting_issue_no_update BEFORE UPDATE ON meeting_issue
BEGIN SELECT RAISE(ABORT, 'meeting_issue is append-only'); END;

CREATE TRIGGER meeting_issue_no_delete BEFORE DELETE ON meeting_issue
BEGIN SELECT RAISE(ABORT, 'meeting_issue is append-only'); END;

CREATE TRIGGER meeting_item_no_update BEFORE UPDATE ON meeting_item
BEGIN SELECT RAISE(ABORT, 'meeting_item is append-only'); END;

CREATE TRIGGER meeting_item_no_delete BEFORE DELETE ON meeting_item
BEGIN SELECT RAISE(ABORT, 'meeting_item is append-only'); END;

CREATE TRIGGER meeting_item_end_no_update BEFORE UPDATE ON meeting_item_end
BEGIN SELECT RAISE(ABORT, 'meeting_item_end is append-only'); END;

CREATE TRIGGER meeting_item_end_no_delete BEFORE DELETE ON meeting_item_end
BEGIN SELECT RAISE(ABORT, 'meeting_item_end is append-only'); END;

CREATE TRIGGER meeting_item_issue_no_update BEFORE UPDATE ON meeting_item_issue
BEGIN SELECT RAISE(ABORT, 'meeting_item_issue is append-only'); END;

CREATE TRIGGER meeting_item_issue_no_delete BEFORE DELETE ON meeting_item_issue
BEGIN SELECT RAISE(ABORT, 'meeting_item_issue is append-only'); END;

CREATE TRIGGER meeting_seat_no_update BEFORE UPDATE ON meeting_seat
BEGIN SELECT RAISE(ABORT, 'meeting_seat is append-only'); END;

CREATE TRIGGER meeting_seat_no_delete BEFORE DELETE ON meeting_seat
BEGIN SELECT RAISE(ABORT, 'meeting_seat is append-only'); END;

CREATE TRIGGER meeting_seat_end_no_update BEFORE UPDATE ON meeting_seat_end
BEGIN SELECT RAISE(ABORT, 'meeting_seat_end is append-only'); END;

CREATE TRIGGER meeting_seat_end_no_delete BEFORE DELETE ON meeting_seat_end
BEGIN SELECT RAISE(ABORT, 'meeting_seat_end is append-only'); END;

CREATE TRIGGER meeting_statement_no_update BEFORE UPDATE ON meeting_statement
BEGIN SELECT RAISE(ABORT, 'meeting_statement is append-only'); END;

CREATE TRIGGER meeting_statement_no_delete BEFORE DELETE ON meeting_statement
BEGIN SELECT RAISE(ABORT, 'meeting_statement is append-only'); END;

CREATE TRIGGER pack_no_update BEFORE UPDATE ON pack
BEGIN SELECT RAISE(ABORT, 'pack is append-only'); END;

CREATE TRIGGER pack_no_delete BEFORE DELETE ON pack
BEGIN SELECT RAISE(ABORT, 'pack is append-only'); END;

CREATE TRIGGER referral_answer_no_update BEFORE UPDATE ON referral_answer
BEGIN SELECT RAISE(ABORT, 'referral_answer is append-only'); END;

CREATE TRIGGER referral_answer_no_delete BEFORE DELETE ON referral_answer
BEGIN SELECT RAISE(ABORT, 'referral_answer is append-only'); END;

CREATE TRIGGER referral_no_update BEFORE UPDATE ON referral
BEGIN SELECT RAISE(ABORT, 'referral is append-only'); END;

CREATE TRIGGER referral_no_delete BEFORE DELETE ON referral
BEGIN SELECT RAISE(ABORT, 'referral is append-only'); END;

CREATE TRIGGER plan_approval_no_update BEFORE UPDATE ON plan_approval
BEGIN SELECT RAISE(ABORT, 'plan_approval is append-only'); END;

CREATE TRIGGER plan_approval_no_delete BEFORE DELETE ON plan_approval
BEGIN SELECT RAISE(ABORT, 'plan_approval is append-only'); END;

CREATE TRIGGER programme_group_no_update BEFORE UPDATE ON programme_group
BEGIN SELECT RAISE(ABORT, 'programme_group is append-only'); END;

CREATE TRIGGER programme_group_no_delete BEFORE DELETE ON programme_group
BEGIN SELECT RAISE(ABORT, 'programme_group is append-only'); END;

CREATE TRIGGER programme_place_no_update BEFORE UPDATE ON programme_place
BEGIN SELECT RAISE(ABORT, 'programme_place is append-only'); END;

CREATE TRIGGER programme_place_no_delete BEFORE DELETE ON programme_place
BEGIN SELECT RAISE(ABORT, 'programme_place is append-only'); END;

CREATE TRIGGER programme_member_no_update BEFORE UPDATE ON programme_member
BEGIN SELECT RAISE(ABORT, 'programme_member is append-only'); END;

CREATE TRIGGER programme_member_no_delete BEFORE DELETE ON programme_member
BEGIN SELECT RAISE(ABORT, 'programme_member is append-only'); END;

CREATE TRIGGER programme_session_no_update BEFORE UPDATE ON programme_session
BEGIN SELECT RAISE(ABORT, 'programme_session is append-only'); END;

CREATE TRIGGER programme_session_no_delete BEFORE DELETE ON programme_session
BEGIN SELECT RAISE(ABORT, 'programme_session is append-only'); END;

CREATE TRIGGER programme_register_no_update BEFORE UPDATE ON programme_register
BEGIN SELECT RAISE(ABORT, 'programme_register is append-only'); END;

CREATE TRIGGER programme_register_no_delete BEFORE DELETE ON programme_register
BEGIN SELECT RAISE(ABORT, 'programme_register is append-only'); END;

CREATE TRIGGER register_line_no_update BEFORE UPDATE ON register_line
BEGIN SELECT RAISE(ABORT, 'register_line is append-only'); END;

CREATE TRIGGER register_line_no_delete BEFORE DELETE ON register_line
BEGIN SELECT RAISE(ABORT, 'register_line is append-only'); END;

CREATE TRIGGER details_sent_no_update BEFORE UPDATE ON details_sent
BEGIN SELECT RAISE(ABORT, 'details_sent is append-only'); END;

CREATE TRIGGER details_sent_no_delete BEFORE DELETE ON details_sent
BEGIN SELECT RAISE(ABORT, 'details_sent is append-only'); END;

CREATE TRIGGER safe_contact_no_update BEFORE UPDATE ON safe_contact
BEGIN SELECT RAISE(ABORT, 'safe_contact is append-only'); END;

CREATE TRIGGER safe_contact_no_delete BEFORE DELETE ON safe_contact
BEGIN SELECT RAISE(ABORT, 'safe_contact is append-only'); END;

CREATE TRIGGER safe_route_no_update BEFORE UPDATE ON safe_route
BEGIN SELECT RAISE(ABORT, 'safe_route is append-only'); END;

CREATE TRIGGER safe_route_no_delete BEFORE DELETE ON safe_route
BEGIN SELECT RAISE(ABORT, 'safe_route is append-only'); END;

CREATE TRIGGER safe_mark_no_update BEFORE UPDATE ON safe_mark
BEGIN SELECT RAISE(ABORT, 'safe_mark is append-only'); END;

CREATE TRIGGER safe_mark_no_delete BEFORE DELETE ON safe_mark
BEGIN SELECT RAISE(ABORT, 'safe_mark is append-only'); END;

CREATE TRIGGER safe_ask_no_update BEFORE UPDATE ON safe_ask
BEGIN SELECT RAISE(ABORT, 'safe_ask is append-only'); END;

CREATE TRIGGER safe_ask_no_delete BEFORE DELETE ON safe_ask
BEGIN SELECT RAISE(ABORT, 'safe_ask is append-only'); END;

CREATE TRIGGER safe_opening_no_update BEFORE UPDATE ON safe_opening
BEGIN SELECT RAISE(ABORT, 'safe_opening is append-only'); END;

CREATE TRIGGER safe_opening_no_delete BEFORE DELETE ON safe_opening
BEGIN SELECT RAISE(ABORT, 'safe_opening is append-only'); END;

CREATE TRIGGER safe_outcome_no_update BEFORE UPDATE ON safe_outcome
BEGIN SELECT RAISE(ABORT, 'safe_outcome is append-only'); END;

CREATE TRIGGER safe_outcome_no_delete BEFORE DELETE ON safe_outcome
BEGIN SELECT RAISE(ABORT, 'safe_outcome is append-only'); END;

CREATE TRIGGER session_no_update BEFORE UPDATE ON session
BEGIN SELECT RAISE(ABORT, 'session is append-only'); END;

CREATE TRIGGER session_no_delete BEFORE DELETE ON session
BEGIN SELECT RAISE(ABORT, 'session is append-only'); END;

CREATE TRIGGER session_end_no_update BEFORE UPDATE ON session_end
BEGIN SELECT RAISE(ABORT, 'session_end is append-only'); END;

CREATE TRIGGER session_end_no_delete BEFORE DELETE ON session_end
BEGIN SELECT RAISE(ABORT, 'session_end is append-only'); END;

CREATE TRIGGER mail_channel_no_update BEFORE UPDATE ON mail_channel
BEGIN SELECT RAISE(ABORT, 'mail_channel is append-only'); END;

CREATE TRIGGER mail_channel_no_delete BEFORE DELETE ON mail_channel
BEGIN SELECT RAISE(ABORT, 'mail_channel is append-only'); END;

CREATE TRIGGER mail_channel_proof_no_update BEFORE UPDATE ON mail_channel_proof
BEGIN SELECT RAISE(ABORT, 'mail_channel_proof is append-only'); END;

CREATE TRIGGER mail_channel_proof_no_delete BEFORE DELETE ON mail_channel_proof
BEGIN SELECT RAISE(ABORT, 'mail_channel_proof is append-only'); END;

CREATE TRIGGER mail_channel_end_no_update BEFORE UPDATE ON mail_channel_end
BEGIN SELECT RAISE(ABORT, 'mail_channel_end is append-only'); END;

CREATE TRIGGER mail_channel_end_no_delete BEFORE DELETE ON mail_channel_end
BEGIN SELECT RAISE(ABORT, 'mail_channel_end is append-only'); END;

CREATE TRIGGER mail_wish_no_update BEFORE UPDATE ON mail_wish
BEGIN SELECT RAISE(ABORT, 'mail_wish is append-only'); END;

CREATE TRIGGER mail_wish_no_delete BEFORE DELETE ON mail_wish
BEGIN SELECT RAISE(ABORT, 'mail_wish is append-only'); END;

CREATE TRIGGER endpoint_no_update BEFORE UPDATE ON endpoint
BEGIN SELECT RAISE(ABORT, 'endpoint is append-only'); END;

CREATE TRIGGER endpoint_no_delete BEFORE DELETE ON endpoint
BEGIN SELECT RAISE(ABORT, 'endpoint is append-only'); END;

CREATE TRIGGER endpoint_key_no_update BEFORE UPDATE ON endpoint_key
BEGIN SELECT RAISE(ABORT, 'endpoint_key is append-only'); END;

CREATE TRIGGER endpoint_key_no_delete BEFORE DELETE ON endpoint_key
BEGIN SELECT RAISE(ABORT, 'endpoint_key is append-only'); END;

CREATE TRIGGER endpoint_end_no_update BEFORE UPDATE ON endpoint_end
BEGIN SELECT RAISE(ABORT, 'endpoint_end is append-only'); END;

CREATE TRIGGER endpoint_end_no_delete BEFORE DELETE ON endpoint_end
BEGIN SELECT RAISE(ABORT, 'endpoint_end is append-only'); END;

CREATE TRIGGER endpoint_test_no_update BEFORE UPDATE ON endpoint_test
BEGIN SELECT RAISE(ABORT, 'endpoint_test is append-only'); END;

CREATE TRIGGER endpoint_test_no_delete BEFORE DELETE ON endpoint_test
BEGIN SELECT RAISE(ABORT, 'endpoint_test is append-only'); END;

CREATE TRIGGER dispatch_no_update BEFORE UPDATE ON dispatch
BEGIN SELECT RAISE(ABORT, 'dispatch is append-only'); END;

CREATE TRIGGER dispatch_no_delete BEFORE DELETE ON dispatch
BEGIN SELECT RAISE(ABORT, 'dispatch is append-only'); END;

CREATE TRIGGER dispatch_end_no_update BEFORE UPDATE ON dispatch_end
BEGIN SELECT RAISE(ABORT, 'dispatch_end is append-only'); END;

CREATE TRIGGER dispatch_end_no_delete BEFORE DELETE ON dispatch_end
BEGIN SELECT RAISE(ABORT, 'dispatch_end is append-only'); END;

CREATE TRIGGER dispatch_settled_no_update BEFORE UPDATE ON dispatch_settled
BEGIN SELECT RAISE(ABORT, 'dispatch_settled is append-only'); END;

CREATE TRIGGER dispatch_settled_no_delete BEFORE DELETE ON dispatch_settled
BEGIN SELECT RAISE(ABORT, 'dispatch_settled is append-only'); END;

CREATE TRIGGER dispatch_told_no_update BEFORE UPDATE ON dispatch_told
BEGIN SELECT RAISE(ABORT, 'dispatch_told is append-only'); END;

CREATE TRIGGER dispatch_told_no_delete BEFORE DELETE ON dispatch_told
BEGIN SELECT RAISE(ABORT, 'dispatch_told is append-only'); END;

CREATE TRIGGER case_lock_no_update BEFORE UPDATE ON case_lock
BEGIN SELECT RAISE(ABORT, 'case_lock is append-only'); END;

CREATE TRIGGER case_lock_no_delete BEFORE DELETE ON case_lock
BEGIN SELECT RAISE(ABORT, 'case_lock is append-only'); END;

CREATE TRIGGER case_lock_call_no_update BEFORE UPDATE ON case_lock_call
BEGIN SELECT RAISE(ABORT, 'case_lock_call is append-only'); END;

CREATE TRIGGER case_lock_call_no_delete BEFORE DELETE ON case_lock_call
BEGIN SELECT RAISE(ABORT, 'case_lock_call is append-only'); END;

CREATE TRIGGER case_lock_admission_no_update BEFORE UPDATE ON case_lock_admission
BEGIN SELECT RAISE(ABORT, 'case_lock_admission is append-only'); END;

CREATE TRIGGER case_lock_admission_no_delete BEFORE DELETE ON case_lock_admission
BEGIN SELECT RAISE(ABORT, 'case_lock_admission is append-only'); END;

CREATE TRIGGER case_lock_word_no_update BEFORE UPDATE ON case_lock_word
BEGIN SELECT RAISE(ABORT, 'case_lock_word is append-only'); END;

CREATE TRIGGER case_lock_word_no_delete BEFORE DELETE ON case_lock_word
BEGIN SELECT RAISE(ABORT, 'case_lock_word is append-only'); END;

CREATE TRIGGER case_lock_end_no_update BEFORE UPDATE ON case_lock_end
BEGIN SELECT RAISE(ABORT, 'case_lock_end is append-only'); END;

CREATE TRIGGER case_lock_end_no_delete BEFORE DELETE ON case_lock_end
BEGIN SELECT RAISE(ABORT, 'case_lock_end is append-only'); END;

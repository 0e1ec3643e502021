// What the bus tells, as JSON for scripts and for `busbar watch`.
import CIMModel
import IECMessage
import MessageBus

extension Activity {
  /// One object: step, entry, time, from, to, kind, verb, noun, messageID, correlationID, latency (seconds), result,
  /// code, reason; what is unknown is absent.
  var json: String {
    var object = JSONObject()
    object.add("step", step.rawValue)
    object.add("entry", entry.rawValue)
    object.add("time", time.xmlText)
    object.add("from", from.rawValue)
    object.add("to", to?.rawValue)
    object.add("kind", kind.rawValue)
    object.add("verb", verb?.rawValue)
    object.add("noun", noun)
    object.add("messageID", messageID)
    object.add("correlationID", correlationID)
    object.add("latency", seconds: latency)
    object.add("result", result?.rawValue)
    object.add("code", code)
    object.add("reason", reason)
    return object.closed
  }
}

extension JournalEntry {
  var json: String {
    var object = JSONObject()
    object.add("entry", id.rawValue)
    object.add("received", received.xmlText)
    object.add("from", from.rawValue)
    object.add("source", source)
    object.add("kind", kind?.rawValue)
    object.add("verb", verb?.rawValue)
    object.add("noun", noun)
    object.add("messageID", messageID)
    object.add("correlationID", correlationID)
    object.add("state", state.rawValue)
    object.add("answers", answers?.rawValue)
    object.add("replays", replays?.rawValue)
    object.add("note", note)
    object.addRaw("deliveries", JSONObject.array(deliveries.map(\.json)))
    return object.closed
  }
}

extension JournalEntry.Delivery {
  var json: String {
    var object = JSONObject()
    object.add("participant", participant.rawValue)
    object.add("kind", kind.rawValue)
    object.add("state", state.rawValue)
    object.add("attempts", Int64(attempts))
    object.add("nextTry", nextTry?.xmlText)
    object.add("lastError", lastError)
    return object.closed
  }
}

extension DeadLetter {
  var json: String {
    var object = JSONObject()
    object.add("time", time.xmlText)
    object.add("participant", participant?.rawValue)
    object.add("code", cause.code)
    object.add("reason", cause.reason)
    object.addRaw("message", entry.json)
    return object.closed
  }
}

extension MessagePage {
  /// messages (newest first), next (put it into `before` to go on), indexedUpTo, unsearched.
  var json: String {
    var object = JSONObject()
    object.addRaw("messages", JSONObject.array(entries.map(\.json)))
    object.add("next", next?.rawValue)
    object.add("indexedUpTo", indexedUpTo.rawValue)
    object.add("unsearched", Int64(unsearched))
    return object.closed
  }
}

extension DeadLetterGroup {
  var json: String {
    var object = JSONObject()
    object.add("key", key)
    object.add("count", Int64(count))
    object.add("oldest", oldest.xmlText)
    object.addRaw("newest", newest.json)
    return object.closed
  }
}

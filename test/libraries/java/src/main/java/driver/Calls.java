package driver;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.segment.analytics.messages.AliasMessage;
import com.segment.analytics.messages.GroupMessage;
import com.segment.analytics.messages.IdentifyMessage;
import com.segment.analytics.messages.MessageBuilder;
import com.segment.analytics.messages.PageMessage;
import com.segment.analytics.messages.ScreenMessage;
import com.segment.analytics.messages.TrackMessage;
import java.math.BigDecimal;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes calls out of JSON. */
final class Calls {
  private Calls() {}

  @SuppressWarnings("unchecked")
  static Map<String, Object> read(String line) {
    return (Map<String, Object>) value(JsonParser.parseString(line));
  }

  @SuppressWarnings("unchecked")
  static MessageBuilder<?, ?> builder(Map<String, Object> call) {
    Map<String, Object> args = (Map<String, Object>) call.get("args");
    MessageBuilder<?, ?> builder = typed((String) call.get("method"), args);
    Map<String, Object> context = new LinkedHashMap<>();
    context.putAll((Map<String, Object>) args.getOrDefault("context", Map.of()));
    context.put("call", call.get("name"));
    builder.context(context);
    if (args.containsKey("userId")) {
      builder.userId((String) args.get("userId"));
    }
    if (args.containsKey("anonymousId")) {
      builder.anonymousId((String) args.get("anonymousId"));
    }
    if (args.containsKey("messageId")) {
      builder.messageId((String) args.get("messageId"));
    }
    if (args.containsKey("timestamp")) {
      builder.timestamp((Date) args.get("timestamp"));
    }
    Map<String, Object> integrations =
        (Map<String, Object>) args.getOrDefault("integrations", Map.of());
    integrations.forEach(
        (name, options) -> {
          if (options instanceof Boolean) {
            builder.enableIntegration(name, (Boolean) options);
          } else {
            builder.integrationOptions(name, (Map<String, Object>) options);
          }
        });
    return builder;
  }

  @SuppressWarnings("unchecked")
  private static MessageBuilder<?, ?> typed(String method, Map<String, Object> args) {
    Map<String, Object> properties =
        (Map<String, Object>) args.getOrDefault("properties", Map.of());
    Map<String, Object> traits = (Map<String, Object>) args.getOrDefault("traits", Map.of());
    String name = (String) args.get("name");
    switch (method) {
      case "track":
        return TrackMessage.builder((String) args.get("event")).properties(properties);
      case "identify":
        return IdentifyMessage.builder().traits(traits);
      case "page":
        PageMessage.Builder page = PageMessage.builder(name).properties(properties);
        return args.containsKey("category") ? page.category((String) args.get("category")) : page;
      case "screen":
        return ScreenMessage.builder(name).properties(properties);
      case "group":
        return GroupMessage.builder((String) args.get("groupId")).traits(traits);
      default:
        return AliasMessage.builder((String) args.get("previousId"));
    }
  }

  private static Object value(JsonElement element) {
    if (element.isJsonObject()) {
      return object(element.getAsJsonObject());
    }
    if (element.isJsonArray()) {
      List<Object> list = new ArrayList<>();
      element.getAsJsonArray().forEach(e -> list.add(value(e)));
      return list;
    }
    if (element.isJsonNull()) {
      return null;
    }
    JsonPrimitive primitive = element.getAsJsonPrimitive();
    return primitive.isNumber()
        ? number(primitive.getAsString())
        : new Gson().fromJson(primitive, Object.class);
  }

  private static Object object(JsonObject object) {
    if (object.has("$date")) {
      return Date.from(OffsetDateTime.parse(object.get("$date").getAsString()).toInstant());
    }
    if (object.has("$repeat")) {
      JsonArray list = object.get("$repeat").getAsJsonArray();
      return list.get(0).getAsString().repeat(list.get(1).getAsInt());
    }
    Map<String, Object> map = new LinkedHashMap<>();
    object.entrySet().forEach(e -> map.put(e.getKey(), value(e.getValue())));
    return map;
  }

  private static Number number(String text) {
    if (!text.matches("-?\\d+")) {
      return Double.valueOf(text);
    }
    BigDecimal integer = new BigDecimal(text);
    try {
      return integer.longValueExact();
    } catch (ArithmeticException e) {
      return integer.toBigInteger();
    }
  }
}
